// What is wrong with how a page is laid out, by its boxes alone: whatever the browser and the fonts, nothing may overlap, be cut,
// leave the screen, be empty, or have its figures turned around. Whether it is beautiful is for people to see.

/** Runs in the page, by its text: it calls nothing from outside. Each fault names its element. */
export function wrongs(): string[] {
  /** By so many pixels boxes may touch: letters end before their lines do. */
  const TOUCH = 2;

  interface Item {
    readonly element: Element;
    readonly rect: DOMRect;
    readonly words: boolean;
  }

  const found = new Set<string>();
  const styles = new Map<Element, CSSStyleDeclaration>();
  const styleOf = (element: Element): CSSStyleDeclaration => {
    const known = styles.get(element) ?? getComputedStyle(element);
    styles.set(element, known);
    return known;
  };
  const nameOf = (element: Element): string => {
    const classes = [...element.classList].filter((name) => !name.startsWith("svelte-"));
    const words = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `${[element.localName, ...classes].join(".")}${words && ` “${words}”`}`;
  };
  const say = (what: string, ...elements: Element[]): void => {
    found.add(`${what}: ${elements.map(nameOf).join(" / ")}`);
  };
  const above = function* (element: Element): Generator<Element> {
    for (let at: Element | null = element; at; at = at.parentElement) yield at;
  };

  const scope = document.querySelector("dialog:modal") ?? document.querySelector("#app") ?? document.body;

  /** Not what only a screen reader finds. */
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    ![...above(element)].some((each) => styleOf(each).clipPath === "inset(50%)");

  const shortens = (element: Element): boolean => {
    const style = styleOf(element);
    return style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
  };

  /** What is left of a box after all that cuts or scrolls it; a fault if that is words, and nothing says so. */
  function visible(rect: DOMRect, element: Element, words: boolean): DOMRect | undefined {
    let { left, right, top, bottom } = rect;
    for (const each of above(element)) {
      const { overflowX, overflowY } = styleOf(each);
      if ((overflowX === "visible" && overflowY === "visible") || each === document.documentElement) continue;
      const box = each.getBoundingClientRect();
      const hidden = [overflowX, overflowY].some((how) => how === "hidden" || how === "clip");
      const beyond = Math.max(
        overflowX === "auto" || overflowX === "scroll" ? 0 : Math.max(box.left - left, right - box.right),
        overflowY === "auto" || overflowY === "scroll" ? 0 : Math.max(box.top - top, bottom - box.bottom),
      );
      if (words && hidden && beyond > TOUCH + 1 && !shortens(each)) say("is cut", element);
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
      top = Math.max(top, box.top);
      bottom = Math.min(bottom, box.bottom);
      if (right - left <= 0 || bottom - top <= 0) return undefined;
    }
    return new DOMRect(left, top, right - left, bottom - top);
  }

  /** Whether signs, figures and letters of a script from left to right stand in another order than they are written in. */
  function isTurned(node: Node): boolean {
    const words = node.textContent ?? "";
    if (!/\d/.test(words) || /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(words)) return false;
    const range = document.createRange();
    const places = Array.from(words.matchAll(/[\p{L}\d+/]/gu), ({ index }) => {
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      return range.getBoundingClientRect();
    });
    return places.some((place, at) => {
      const before = places[at - 1];
      return before !== undefined && Math.abs(before.top - place.top) < 1 && before.left > place.left + 1;
    });
  }

  const items: Item[] = [];
  const add = (whole: DOMRect, element: Element, words: boolean): void => {
    const rect = visible(whole, element, words);
    if (!rect) return;
    if (rect.left < -1 || rect.right > innerWidth + 1) say("leaves the screen", element);
    items.push({ element, rect, words });
  };

  const texts = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.textContent?.trim() || !isShown(element) || element.closest("option")) continue;
    if (isTurned(node)) say("is turned around", element);
    const range = document.createRange();
    range.selectNodeContents(node);
    const button = [...above(element)].some(shortens) ? undefined : element.closest("button, .button");
    for (const line of range.getClientRects()) {
      if (line.width < 1) continue;
      // Letters are not as high as their line.
      const inset = line.height * 0.15;
      const rect = new DOMRect(line.left, line.top + inset, line.width, line.height - 2 * inset);
      const box = button?.getBoundingClientRect();
      if (box && (rect.left < box.left - 1 || rect.right > box.right + 1 || rect.bottom > box.bottom + 1)) {
        say("is larger than its button", element);
      }
      add(rect, element, true);
    }
  }
  for (const element of scope.querySelectorAll(
    "button, .button, input, select, img, video, audio, canvas, svg",
  )) {
    if (!isShown(element)) continue;
    const rect = element.getBoundingClientRect();
    if (rect.width < 4 || rect.height < 4) say("has no size", element);
    else if (!(element instanceof HTMLCanvasElement)) add(rect, element, false);
    if (element instanceof HTMLImageElement && element.naturalWidth === 0) say("shows no picture", element);
  }

  /** What is fixed or sticks lies over the rest on purpose. */
  const layerOf = (element: Element): Element | undefined =>
    [...above(element)].find((each) => ["fixed", "sticky"].includes(styleOf(each).position));
  const layered = items.map((item) => ({ ...item, layer: layerOf(item.element) }));
  for (const [at, one] of layered.entries()) {
    for (const other of layered.slice(at + 1)) {
      if (one.layer !== other.layer || (one.words && other.words && one.element === other.element)) continue;
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      if (across <= TOUCH || down <= TOUCH) continue;
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      // A sign may be put on a drawing that it is about.
      if (one.element.localName === "svg" && other.element.localName === "svg") continue;
      // So may a number on a dial, if it is all within it.
      const [drawing, inside] = one.element.localName === "svg" ? [one, other] : [other, one];
      const within = across >= inside.rect.width - 1 && down >= inside.rect.height - 1;
      if (drawing.element.localName === "svg" && inside.words && within) continue;
      say("overlap", one.element, other.element);
    }
  }

  if (document.documentElement.scrollWidth > innerWidth) say("scrolls sideways", document.documentElement);
  if (!items.some(({ words }) => words)) say("is empty", scope);
  return [...found];
}

// Makes letters smaller until their words fit into their place, but no smaller than can be read: an attachment.
// What does not fit even so is scrolled: src/ui/scrollable.ts.
import type { Attachment } from "svelte/attachments";

/** The smallest size, in the page's own measure, which grows with the screen. */
const LEAST_REM = 0.875;

/** The largest whole step down from one size that fits; the least one if none does. */
export function largest(from: number, least: number, fits: (size: number) => boolean): number {
  for (let size = from; size > least; size -= 1) if (fits(size)) return size;
  return least;
}

/** The element's height has an end that its styles give it. */
export const fitted: Attachment<HTMLElement> = (element) => {
  const fits = (): boolean => element.scrollHeight <= element.clientHeight;
  const resize = (size: number): void => {
    element.style.fontSize = `${size}px`;
  };
  const fit = (): void => {
    element.style.fontSize = "";
    if (fits()) return;
    const sizeOf = (of: Element): number => parseFloat(getComputedStyle(of).fontSize);
    const found = largest(sizeOf(element), LEAST_REM * sizeOf(document.documentElement), (size) => {
      resize(size);
      return fits();
    });
    resize(found);
  };
  const words = new MutationObserver(fit);
  words.observe(element, { childList: true, characterData: true, subtree: true });
  // Not as the element is resized, which it is by what this does.
  window.addEventListener("resize", fit);
  fit();
  return () => {
    words.disconnect();
    window.removeEventListener("resize", fit);
  };
};

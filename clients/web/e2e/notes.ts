// What a page notes of itself while it is used: what a screen reader is told, what moves by itself, how soon a tap is seen.
// It judges nothing, and outlives a reload: the notes are kept here.
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";

import { Person } from "./people.ts";

export interface Shift {
  readonly value: number;
  /** The screen's heading at that moment. */
  readonly screen: string;
  /** What moved, from where to where. */
  readonly moved: readonly string[];
}

export class Notes {
  /** What live regions said, in order. */
  readonly said: string[] = [];
  /** What moved although nobody had done anything. */
  readonly shifts: Shift[] = [];
  /** In which frame after a finger or a key went down on a choice it was seen; 1 is the next one. */
  readonly frames: number[] = [];
  /** How often the screen was asked to stay on. */
  locks = 0;
  /** Clicks, taps and presses of a mouse. */
  pointed = 0;
  /** How many places of the podium were kept from view, each time that changed. */
  readonly veiled: number[] = [];

  static async keep(context: BrowserContext): Promise<Notes> {
    const notes = new Notes();
    await context.exposeBinding("noted", (_, { what, value }: Noted) => {
      notes.#take(what, value);
    });
    await context.addInitScript(note);
    return notes;
  }

  #take(what: Noted["what"], value: unknown): void {
    if (what === "lock") this.locks += 1;
    else if (what === "pointed") this.pointed += 1;
    else if (what === "said") this.said.push(value as string);
    else if (what === "shift") this.shifts.push(value as Shift);
    else if (what === "frames") this.frames.push(value as number);
    else this.veiled.push(value as number);
  }
}

/** Somebody whose page is watched, with all that moves on it. */
export interface Watched extends Person {
  readonly notes: Notes;
}

export async function watched(browser: Browser, options: BrowserContextOptions): Promise<Watched> {
  const context = await browser.newContext(options);
  const notes = await Notes.keep(context);
  return Object.assign(await Person.in(context), { notes });
}

interface Noted {
  readonly what: "lock" | "pointed" | "said" | "shift" | "frames" | "veiled";
  readonly value: unknown;
}

/** Runs in the page, before its own scripts. */
function note(): void {
  const tell = (what: Noted["what"], value: unknown): void => {
    (window as unknown as { noted: (noted: Noted) => void }).noted({ what, value });
  };

  if ("wakeLock" in navigator) {
    const locks = navigator.wakeLock;
    const ask = locks.request.bind(locks);
    locks.request = (type) => {
      tell("lock", type);
      return ask(type);
    };
  }

  for (const kind of ["pointerdown", "mousedown", "touchstart"] as const) {
    addEventListener(kind, () => {
      tell("pointed", kind);
    });
  }

  const choices = (): string =>
    [...document.querySelectorAll("main ul button")].map(({ className }) => className).join();
  const watch = (): void => {
    const before = choices();
    let frames = 0;
    requestAnimationFrame(function next() {
      frames += 1;
      if (choices() !== before || frames === 60) tell("frames", frames);
      else requestAnimationFrame(next);
    });
  };
  const isChoice = ({ target }: Event): boolean =>
    target instanceof Element && target.closest("main ul button:enabled") !== null;
  addEventListener(
    "pointerdown",
    (event) => {
      if (isChoice(event)) watch();
    },
    true,
  );
  addEventListener(
    "keydown",
    (event) => {
      const answers = document.querySelector("main ul button:enabled") !== null;
      if (answers && (/^\d$/.test(event.key) || (event.key === "Enter" && isChoice(event)))) watch();
    },
    true,
  );

  interface Source {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }

  // How a browser arranges its own controls of a sound is its own affair.
  const isControl = ({ node, currentRect: { left, right, top, bottom } }: Source): boolean =>
    node === null &&
    [...document.querySelectorAll("audio, video")]
      .map((media) => media.getBoundingClientRect())
      .some((box) => left >= box.left && right <= box.right && top >= box.top && bottom <= box.bottom);

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
      sources: Source[];
    })[]) {
      if (entry.hadRecentInput || entry.sources.every(isControl)) continue;
      const moved = entry.sources.map(({ node, previousRect: before, currentRect: after }) => {
        const what = node instanceof Element ? node.tagName : "text";
        const words = node?.textContent?.trim().slice(0, 40) ?? "";
        const from = `${before.x},${before.y} ${before.width}x${before.height}`;
        return `${what} "${words}": ${from} to ${after.x},${after.y} ${after.width}x${after.height}`;
      });
      tell("shift", {
        value: entry.value,
        screen: document.querySelector("h1")?.textContent.trim() ?? "",
        moved,
      });
    }
  }).observe({ type: "layout-shift", buffered: true });

  let veiled = 0;
  const REGION = "[aria-live], [role=status], [role=alert]";
  new MutationObserver((changes) => {
    const regions = new Set(
      changes.map(({ target }) =>
        (target instanceof Element ? target : target.parentElement)?.closest(REGION),
      ),
    );
    for (const region of regions) {
      const words = region?.textContent.replaceAll(/\s+/g, " ").trim();
      if (words) tell("said", words);
    }
    const hidden = document.querySelectorAll(".steps .veiled").length;
    if (hidden !== veiled) tell("veiled", hidden);
    veiled = hidden;
  }).observe(document, { subtree: true, childList: true, characterData: true, attributeFilter: ["class"] });
}

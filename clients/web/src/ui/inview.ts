// Makes all letters of a screen smaller, and then its question's box lower, until the whole screen is in view: who looks at a
// projector can't scroll it. An attachment for the screen; its styles multiply what may shrink by --scale, and the question's
// box is no higher than --asked-most (src/ui/Asked.svelte). A phone's screen is scrolled, and left alone.
import type { Attachment } from "svelte/attachments";

import { largest } from "./fitted.ts";

const LARGE = "(min-width: 48rem) and (min-height: 30rem)";

/** The least of their usual size that letters become, in hundredths. */
const LEAST = 60;

/** So much of a question is seen whatever follows it: three lines of it, in pixels. */
const LEAST_ASKED_PX = 60;

/** How many pixels of the page can only be seen by scrolling. */
const beyond = (): number => document.documentElement.scrollHeight - document.documentElement.clientHeight;

export const inView: Attachment<HTMLElement> = (screen) => {
  const { style } = screen;
  const fits = (): boolean => beyond() <= 0;
  const fit = (): void => {
    style.removeProperty("--scale");
    style.removeProperty("--asked-most");
    if (!matchMedia(LARGE).matches || fits()) return;
    const resize = (hundredths: number): void => {
      style.setProperty("--scale", `${hundredths / 100}`);
    };
    resize(
      largest(100, LEAST, (hundredths) => {
        resize(hundredths);
        return fits();
      }),
    );
    const asked = screen.querySelector("h1")?.clientHeight ?? 0;
    const left = asked - beyond();
    if (left < asked && left >= LEAST_ASKED_PX) style.setProperty("--asked-most", `${left}px`);
  };
  // Before the question's own letters are fitted into its box.
  window.addEventListener("resize", fit, { capture: true });
  fit();
  return () => {
    window.removeEventListener("resize", fit, { capture: true });
  };
};

// What of a quiz is felt in the hand, where a device can vibrate.
// Whether it is wanted is src/sounds/sounds.svelte.ts's to know.
import type { Cue } from "./cues.ts";

/** Milliseconds on, off, on: a phone on a table must not rattle through the lesson. */
const PATTERNS: Partial<Record<Cue, readonly number[]>> = {
  lockedIn: [30],
  right: [40, 60, 40],
  wrong: [160],
  coin: [20],
};

export type Buzz = (cue: Cue) => void;

export const pattern = (cue: Cue): readonly number[] | undefined => PATTERNS[cue];

/** Vibrates, unless the person wants less to move. Computers and some phones can't, and say nothing of it. */
export const webBuzz: Buzz = (cue) => {
  const felt = pattern(cue);
  if (felt === undefined || !("vibrate" in navigator)) return;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  navigator.vibrate([...felt]);
};

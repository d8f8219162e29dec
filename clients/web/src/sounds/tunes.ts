// What each cue sounds like, as notes: when, how high, how long, how loud.
// They are played by src/sounds/speaker.ts.
import type { Cue } from "./cues.ts";

export interface Note {
  /** Seconds after the cue. */
  readonly at: number;
  readonly lasts: number;
  /** Hertz, at its start and at its end. */
  readonly from: number;
  readonly to: number;
  /** 0 to 1. */
  readonly level: number;
  readonly wave: "sine" | "triangle" | "square";
}

const QUIET = 0.1;
const PLAIN = 0.18;
const LOUD = 0.24;

/** Semitones above the A of 220 Hz. */
const pitch = (semitones: number): number => 220 * 2 ** (semitones / 12);

function note(
  at: number,
  semitones: number,
  lasts: number,
  { level = PLAIN, wave = "triangle", bend = 0 }: { level?: number; wave?: Note["wave"]; bend?: number } = {},
): Note {
  return { at, lasts, from: pitch(semitones), to: pitch(semitones + bend), level, wave };
}

const low = { level: QUIET, wave: "sine" } as const;

export const TUNES: Readonly<Record<Cue, readonly Note[]>> = {
  joined: [note(0, 19, 0.12, { wave: "sine" }), note(0.07, 24, 0.2, { wave: "sine" })],
  tick: [note(0, 15, 0.12)],
  question: [note(0, 15, 0.18), note(0.1, 22, 0.4), note(0.1, 27, 0.4, low)],
  hurry: [note(0, 27, 0.06, { level: QUIET, wave: "square" })],
  lockedIn: [note(0, 3, 0.09, { bend: -5 }), note(0.06, 15, 0.14, { wave: "sine" })],
  reveal: [note(0, 10, 0.5, { bend: -2 }), note(0, 3, 0.6, low)],
  right: [note(0, 15, 0.14), note(0.1, 19, 0.14), note(0.2, 22, 0.14), note(0.3, 27, 0.4)],
  wrong: [note(0, 7, 0.22, { bend: -1 }), note(0.18, 3, 0.4, { bend: -2 })],
  leaderboard: [0, 3, 7, 10, 12].map((step, place) => note(place * 0.07, 7 + step, 0.16, { wave: "sine" })),
  step: [note(0, -9, 0.35, { level: LOUD, bend: -7 }), note(0.02, 10, 0.5), note(0.02, 15, 0.5, low)],
  coin: [note(0, 27, 0.06, { level: QUIET }), note(0.05, 31, 0.16, { level: QUIET })],
  lead: [note(0, 19, 0.12), note(0.09, 22, 0.12), note(0.18, 26, 0.3)],
  fanfare: [
    note(0, 10, 0.16, { level: LOUD }),
    note(0.16, 10, 0.1),
    note(0.28, 10, 0.1),
    note(0.4, 15, 0.3, { level: LOUD }),
    note(0.7, 12, 0.16),
    note(0.86, 15, 1.1, { level: LOUD }),
    note(0.86, 19, 1.1, { level: QUIET }),
    note(0.86, 22, 1.1, { level: QUIET }),
    note(0.86, 3, 1.1, low),
  ],
};

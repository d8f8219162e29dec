// What is left of a phase's time, for showing: the server alone decides when it is over.
// It reads no clock; `now` is the server's, as guessed.
import type { RoomState, Timer } from "../wire.ts";

/** Milliseconds to go at `now`, never below zero; undefined if the phase's time is not bounded. */
export function leftMs(timer: Timer | undefined, phase: string, now: number): number | undefined {
  if (timer?.phase !== phase) return undefined;
  if (timer.running && timer.endsAt !== undefined) return Math.max(0, timer.endsAt - now);
  return timer.leftMs === undefined ? undefined : Math.max(0, timer.leftMs);
}

/** Whether a question's time is up at `now`. An answer given from here on arrives too late, whatever the network: what the guess is
    wrong by is less than its way takes. */
export const isUp = (timer: Timer | undefined, { phase, paused }: RoomState, now: number): boolean =>
  phase === "question" && !paused && leftMs(timer, phase, now) === 0;

/** Whole seconds as people count down: 0 only when nothing is left. */
export const seconds = (ms: number): number => Math.ceil(ms / 1000);

/** The share of the phase's time that is left, 0 to 1. An extension never makes it more than all.
    How long another phase than a question lasts in all is not told: its share is the whole to the end. */
export function share(ms: number, state: RoomState): number {
  if (state.phase !== "question") return 1;
  const whole = state.question?.timeMs ?? 0;
  return whole <= 0 ? 0 : Math.min(1, ms / whole);
}

// A number on its way to another, for counting up before the eye.
// It reads no clock.

/** The whole number shown after this share of the time, 0 to 1: quick at first, then slower. */
export function counting(from: number, to: number, share: number): number {
  const rest = (1 - Math.min(1, Math.max(0, share))) ** 3;
  return Math.round(to - (to - from) * rest);
}

// A number on its way to another, for counting up before the eye.
// It reads no clock.

/**
 * These words in the room of those they end as, so that none of them moves meanwhile: blanks as wide as figures, and as
 * narrow as points, stand for what is still to come.
 */
export function padded(words: string, last: string): string {
  const missing = [...last].slice(0, Math.max(0, last.length - words.length));
  return missing.map((sign) => (/[.,’'\s]/.test(sign) ? "\u2008" : "\u2007")).join("") + words;
}

/** The whole number shown after this share of the time, 0 to 1: quick at first, then slower. */
export function counting(from: number, to: number, share: number): number {
  const rest = (1 - Math.min(1, Math.max(0, share))) ** 3;
  return Math.round(to - (to - from) * rest);
}

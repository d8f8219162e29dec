// How long a text is, in words that styles can follow: the longest must fit where the shortest looks well.
// The sizes themselves are the styles'.

export type Length = "short" | "long" | "prose";

/** Such a word needs smaller letters beside two others on a phone. */
const LONG_WORD = 8;

/** In characters. */
export const longestWord = (name: string): number =>
  Math.max(...name.split(/\s+/).map((word) => Array.from(word).length));

export const hasLongWord = (name: string): boolean => longestWord(name) >= LONG_WORD;

/** Measured in characters: a pack's question may have 1,000. */
export function lengthOf(text: string): Length {
  if (text.length <= 80) return "short";
  return text.length <= 200 ? "long" : "prose";
}

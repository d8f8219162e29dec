// What sets choices apart besides their words: each has a shape, a letter and a colour of its own.
// The colours themselves are in src/theme/tokens.css, by number.

export const SHAPES = [
  "moon",
  "star",
  "pentagon",
  "cross",
  "circle",
  "square",
  "diamond",
  "triangle",
] as const;

export type Shape = (typeof SHAPES)[number];

export interface Mark {
  readonly shape: Shape;
  readonly letter: string;
  /** Which of the choice colours, from 1. */
  readonly colour: number;
}

/** The mark of the choice at this position; they repeat only past the eighth. */
export function mark(position: number): Mark {
  const at = position % SHAPES.length;
  return {
    shape: SHAPES[at] ?? "circle",
    letter: String.fromCharCode(65 + (position % 26)),
    colour: at + 1,
  };
}

/** Whether all of these fit a line of half a big screen, in its large letters. */
export function areBrief(words: readonly string[]): boolean {
  return words.every((text) => text.length <= 22);
}

/** Whether all of these fit two beside each other on a phone. */
export function areShort(words: readonly string[]): boolean {
  return words.length <= 4 && areBrief(words);
}

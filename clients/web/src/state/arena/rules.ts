// What this page must know of the arena's rules to show a board between two ticks (games/src/arena on the server).
// It decides nothing: who picks up what, and where anybody is in the end, the server says.

/** The board's side, unless its room was opened with another. */
export const SIDE = 1_000;

/** How much of the side a player crosses in a second. */
export const SPEED = 0.25;

/** A direction, and how fast: at most one long. */
export interface Heading {
  readonly dx: number;
  readonly dy: number;
}

export const STILL: Heading = { dx: 0, dy: 0 };

/** This direction, shortened to one: nobody is faster for going diagonally. */
export function heading(dx: number, dy: number): Heading {
  const length = Math.max(1, Math.hypot(dx, dy));
  return { dx: dx / length, dy: dy / length };
}

export const same = (one: Heading, other: Heading): boolean => one.dx === other.dx && one.dy === other.dy;

export const isStill = (one: Heading): boolean => same(one, STILL);

/** A coordinate, held within the board. */
export const within = (coordinate: number, side: number): number => Math.min(side, Math.max(0, coordinate));

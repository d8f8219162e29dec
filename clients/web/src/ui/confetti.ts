// Pieces of confetti: thrown from both lower corners, slowed by the air, turning as they fall.
// When it is thrown, and for whom, is for the screens.

export interface Piece {
  x: number;
  y: number;
  /** Pixels a second. */
  vx: number;
  vy: number;
  /** Radians, and radians a second. */
  turn: number;
  spin: number;
  readonly size: number;
  /** Which of the choice colours, from 1. */
  readonly colour: number;
}

export const COLOURS = 8;

const GRAVITY = 900;
/** The share of its speed that a piece keeps for a second. */
const DRAG = 0.35;

/** Pieces that reach about the whole of a screen of this size. */
export function burst(
  count: number,
  width: number,
  height: number,
  random: () => number = Math.random,
): Piece[] {
  return Array.from({ length: count }, (_, at) => {
    const left = at % 2 === 0;
    const up = (0.9 + random() * 0.9) * height * 1.15;
    return {
      x: left ? 0 : width,
      y: height * (0.75 + random() * 0.25),
      vx: (left ? 1 : -1) * (0.1 + random() * 0.9) * width * 0.9,
      vy: -up,
      turn: random() * Math.PI,
      spin: (random() - 0.5) * 14,
      size: 6 + random() * Math.min(10, width / 120),
      colour: 1 + (at % COLOURS),
    };
  });
}

/** Moves a piece on by so many seconds, in place: there are many of them, sixty times a second. */
export function fall(piece: Piece, seconds: number): void {
  const kept = DRAG ** seconds;
  piece.vx *= kept;
  piece.vy = piece.vy * kept + GRAVITY * seconds;
  piece.x += piece.vx * seconds;
  piece.y += piece.vy * seconds;
  piece.turn += piece.spin * seconds;
}

/** Whether a piece has left a screen of this height for good. */
export const isGone = ({ y, vy, size }: Piece, height: number): boolean => vy > 0 && y > height + size;

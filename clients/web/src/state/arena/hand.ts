// What the hand at this board wants: keys held down, a stick that is dragged, or a place that was tapped, as one heading.
// It hears no events and sends nothing.
import type { Spot } from "../../arena-wire.ts";
import { type Heading, heading, STILL } from "./rules.ts";

export interface Hand {
  /** Keys that are held, by their place on the keyboard. */
  readonly keys: ReadonlySet<string>;
  /** How far a pressed pointer was dragged, in parts of the stick's length. */
  readonly stick?: Spot;
  /** Where the board was tapped: the player goes there. Whatever can be reached by dragging can be reached without. */
  readonly goal?: Spot;
}

export const EMPTY: Hand = { keys: new Set() };

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  KeyW: [0, -1],
  KeyS: [0, 1],
  KeyA: [-1, 0],
  KeyD: [1, 0],
};

export const isLetter = (code: string): boolean => code.startsWith("Key");

/** Whether this key, by its place on the keyboard, moves the player. */
export const isWay = (code: string): boolean => Object.hasOwn(WAYS, code);

export function press(hand: Hand, code: string): Hand {
  return { keys: new Set(hand.keys).add(code) };
}

export function release(hand: Hand, code: string): Hand {
  const keys = new Set(hand.keys);
  keys.delete(code);
  return { ...hand, keys };
}

/** Dragged less than this, a stick is at rest. */
const REST = 0.25;

/** So many directions a hand can tell apart: a tremble is no other heading. */
const DIRECTIONS = 64;

/** Nearer than this part of the board's side a tapped place is reached. */
const NEAR = 0.006;

function along({ x, y }: Spot): Heading {
  const step = (2 * Math.PI) / DIRECTIONS;
  const angle = Math.round(Math.atan2(y, x) / step) * step;
  return heading(Math.cos(angle), Math.sin(angle));
}

export const isDragged = ({ x, y }: Spot): boolean => Math.hypot(x, y) >= REST;

/** Whether the player stands where the hand sent it, near enough. */
export function arrived({ goal }: Hand, place: Spot, side: number): boolean {
  return goal !== undefined && Math.hypot(goal.x - place.x, goal.y - place.y) < NEAR * side;
}

/** Where to, for a player who is shown at `place` on a board of this side. Keys go before the stick, and both before a tapped place. */
export function wish(hand: Hand, place: Spot, side: number): Heading {
  if (hand.keys.size > 0) {
    const ways = [...hand.keys].map((code) => WAYS[code] ?? [0, 0]);
    const sum = (axis: 0 | 1): number => Math.sign(ways.reduce((all, way) => all + way[axis], 0));
    return heading(sum(0), sum(1));
  }
  if (hand.stick !== undefined) return isDragged(hand.stick) ? along(hand.stick) : STILL;
  if (hand.goal === undefined || arrived(hand, place, side)) return STILL;
  return along({ x: hand.goal.x - place.x, y: hand.goal.y - place.y });
}

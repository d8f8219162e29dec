// Who is named on a board, and where the names go, so that all of them can be read and nothing that is played with is covered:
// beside each on a side where there is room, or nowhere until there is.
// It draws and measures nothing.
import type { Spot } from "../../arena-wire.ts";
import type { SeatId } from "../../wire.ts";
import type { Body } from "./world.ts";

/** Somebody with a name to be written, and how clearly: from 0 to 1. */
export interface Named {
  readonly body: Body;
  readonly share: number;
}

/** More than so many are a crowd. Of that only the best, and those around oneself are named: more could not be read. */
const CROWD = 16;
const BEST = 3;
const AROUND = 8;

/** In a crowd names are clear so near to oneself, and fade until they are so far away; in parts of the board's side. */
const NEAR = 0.12;
const FAR = 0.2;

/** Those who come first have the first choice of a place: oneself, then the best. */
export function named(bodies: readonly Body[], side: number): readonly Named[] {
  const own = bodies.find((body) => body.own);
  const others = bodies.length <= CROWD ? best(bodies, CROWD) : best(bodies, BEST);
  const first = [...(own ? [own] : []), ...others].map((body) => ({ body, share: 1 }));
  return bodies.length <= CROWD || !own ? first : [...first, ...around(own, bodies, others, side)];
}

/** So many of the others, by their scores. */
function best(bodies: readonly Body[], most: number): readonly Body[] {
  const found: Body[] = [];
  for (const body of bodies) {
    if (body.own) continue;
    const below = found.findIndex(({ score }) => score < body.score);
    if (below === -1 && found.length === most) continue;
    found.splice(below === -1 ? found.length : below, 0, body);
    if (found.length > most) found.pop();
  }
  return found;
}

function around(own: Body, bodies: readonly Body[], but: readonly Body[], side: number): readonly Named[] {
  const found: Named[] = [];
  for (const body of bodies) {
    const way = Math.hypot(body.x - own.x, body.y - own.y) / side;
    if (way < FAR && !body.own && !but.includes(body))
      found.push({ body, share: (FAR - way) / (FAR - NEAR) });
  }
  found.sort((one, other) => other.share - one.share);
  return found.slice(0, AROUND).map(({ body, share }) => ({ body, share: Math.min(1, share) }));
}

/** Whom it is written at, how large it is, and how clearly it is to be seen. */
export interface Label extends Spot {
  readonly seat: SeatId;
  readonly width: number;
  readonly height: number;
  readonly share: number;
  /** Whether it is to be seen even where it covers something: one's own. */
  readonly always?: boolean;
}

/** Discs that nothing is written on. */
export interface Discs {
  readonly middles: readonly Spot[];
  readonly radius: number;
}

/** Where labels go. Of them all is measured in pixels. */
export interface Sheet {
  readonly size: number;
  /** How far a label is from the middle of whom it is about. */
  readonly away: number;
  readonly discs: readonly Discs[];
  /** A disc's coordinate in pixels. */
  readonly at: (coordinate: number) => number;
}

/** A label's top left corner, and how clearly it is seen at the moment. */
export interface Place extends Spot {
  readonly seen: number;
  readonly side: Side;
  /** Whether it may stay: it goes where it would cover something. */
  readonly stays: boolean;
}

export type Laid = ReadonlyMap<SeatId, Place>;

/** Above, below, and at the sides. */
type Side = 0 | 1 | 2 | 3;
const SIDES: readonly Side[] = [0, 1, 2, 3];
const WAYS: Readonly<Record<Side, Spot>> = {
  0: { x: 0, y: -1 },
  1: { x: 0, y: 1 },
  2: { x: 1, y: 0 },
  3: { x: -1, y: 0 },
};

/** So much room around it, in parts of its height, a label needs to appear, which it doesn't need to stay: it would flicker. */
const LEEWAY = 0.25;

/**
 * Each label's place, the first ones' first; `before` is where they were, and `step` how much they may fade in or out since.
 * A label keeps to its side as long as there is room, takes another one if there is, and else fades where it was, but for one
 * that is always to be seen.
 */
export function lay(labels: readonly Label[], sheet: Sheet, before: Laid, step: number): Laid {
  const laid = new Map<SeatId, Place>();
  const taken: Box[] = [];
  for (const label of labels) {
    const held = before.get(label.seat);
    const box = held?.stays ? boxOf(label, held.side, sheet) : undefined;
    if (held && box && isFree(box, label, 0, sheet, taken)) {
      taken.push(box);
      laid.set(label.seat, placed(box, held.side, towards(held.seen, label.share, step)));
      continue;
    }
    const free = SIDES.find((each) =>
      isFree(boxOf(label, each, sheet), label, LEEWAY * label.height, sheet, taken),
    );
    const side =
      free ?? (label.always ? SIDES.find((each) => isOn(boxOf(label, each, sheet), sheet)) : undefined);
    if (side !== undefined) {
      const chosen = boxOf(label, side, sheet);
      taken.push(chosen);
      const seen = held?.side === side ? held.seen : 0;
      laid.set(label.seat, placed(chosen, side, towards(seen, label.share, step)));
    } else if (held && held.seen > step) {
      const { left, top } = boxOf(label, held.side, sheet);
      laid.set(label.seat, { x: left, y: top, seen: held.seen - step, side: held.side, stays: false });
    }
  }
  return laid;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const placed = ({ left, top }: Box, side: Side, seen: number): Place => ({
  x: left,
  y: top,
  seen,
  side,
  stays: true,
});

const towards = (seen: number, share: number, step: number): number =>
  seen < share ? Math.min(share, seen + step) : Math.max(share, seen - step);

function boxOf({ x, y, width, height }: Label, side: Side, { away, size }: Sheet): Box {
  const way = WAYS[side];
  const beside = x - width / 2 + way.x * (away + width / 2);
  // Between pixels letters would be blurred.
  const left = Math.round(way.x === 0 ? Math.min(size - width, Math.max(0, beside)) : beside);
  const top = Math.round(y - height / 2 + way.y * (away + height / 2));
  return { left, top, right: left + width, bottom: top + height };
}

const isOn = (box: Box, { size }: Sheet): boolean =>
  box.left >= 0 && box.top >= 0 && box.right <= size && box.bottom <= size;

/** Whether it lies on the board, and so far from everything that is there but whom it is about. */
function isFree(box: Box, about: Spot, leeway: number, sheet: Sheet, taken: readonly Box[]): boolean {
  if (!isOn(box, sheet)) return false;
  const { discs, at } = sheet;
  for (const other of taken) {
    const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
    const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
    if (across > -leeway && down > -leeway) return false;
  }
  for (const { middles, radius } of discs) {
    const least = (radius + leeway) ** 2;
    for (const middle of middles) {
      const x = at(middle.x);
      const y = at(middle.y);
      if (x === about.x && y === about.y) continue;
      const dx = Math.max(box.left - x, 0, x - box.right);
      const dy = Math.max(box.top - y, 0, y - box.bottom);
      if (dx * dx + dy * dy < least) return false;
    }
  }
  return true;
}

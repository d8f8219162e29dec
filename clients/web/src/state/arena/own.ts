// Where to show one's own player: ahead of what the server has told, so that the board answers a key within a frame.
// It reads no clock and sends nothing; the server alone decides, and a difference is walked off within some frames.
//
// The rules are those of games/src/arena, but an exact prediction can't be had: an input counts from the first tick after
// its arrival, which nobody knows before it is told, and a room that is late drops ticks. So the headings that were told are
// walked from the last place the server said, each from the moment at which it counts - known once it was applied, and
// guessed by how long earlier ones took until then - and what the guess was off is smoothed away.
import type { Spot } from "../../arena-wire.ts";
import { type Heading, heading, isStill, STILL, within } from "./rules.ts";

/** A heading that the server was told. */
export interface Told {
  readonly seq: number;
  readonly heading: Heading;
  /** When it was told, on the server's clock. */
  readonly at: number;
  /** From when on the player walks it, once that is known. */
  readonly from?: number;
}

export interface Own extends Spot {
  /** The moment at which the server had the player at this place. */
  readonly t: number;
  /** Oldest first; the first is the one that was in force at `t`, if any was. */
  readonly told: readonly Told[];
  /** The number of the last one told, in this tab or before a reload. */
  readonly seq: number;
  /** How long after being told a heading is walked. Less than nothing where the way is shorter than a tick. */
  readonly leadMs: number;
  /** How far beside the prediction the player is shown, at `since`, and less and less from then on. */
  readonly off: Spot & { readonly since: number };
}

/** A board as far as walking on it goes. */
export interface Ground {
  readonly side: number;
  /** What a player crosses in a millisecond. */
  readonly reach: number;
}

/** No heading is walked farther than this without a word of the server: its connection may be gone. */
const FAITH_MS = 600;

/** In this time what is shown wrong gets to a third of it. */
const SMOOTH_MS = 90;

/** Farther off than this part of the side, the player is put where the server says. */
const SNAP = 0.08;

/** How much of a newly seen lead is believed: each is off by up to a tick. */
const BELIEF = 0.2;

export function standing({ x, y }: Spot, t: number, seq: number): Own {
  return { x, y, t, seq, told: [], leadMs: 0, off: { x: 0, y: 0, since: t } };
}

const walkedFrom = (own: Own, { at, from }: Told): number => from ?? Math.max(own.t, at + own.leadMs);

function ahead(own: Own, now: number, { side, reach }: Ground): Spot {
  const until = now + own.leadMs;
  let { x, y } = own;
  for (const [order, told] of own.told.entries()) {
    const next = own.told[order + 1];
    const from = Math.max(own.t, walkedFrom(own, told));
    const to = Math.min(next === undefined ? until : walkedFrom(own, next), until, from + FAITH_MS);
    const way = Math.max(0, to - from) * reach;
    x = within(x + told.heading.dx * way, side);
    y = within(y + told.heading.dy * way, side);
  }
  return { x, y };
}

/** Where to show the player at `now`, on the server's clock. */
export function shown(own: Own, now: number, ground: Ground): Spot {
  const { x, y } = ahead(own, now, ground);
  const left = Math.exp(-Math.max(0, now - own.off.since) / SMOOTH_MS);
  return { x: within(x + own.off.x * left, ground.side), y: within(y + own.off.y * left, ground.side) };
}

/** `next` in the place of `own`, shown where `own` was shown at `now`. */
function smoothly(own: Own, next: Own, now: number, ground: Ground): Own {
  const before = shown(own, now, ground);
  const after = ahead(next, now, ground);
  const off = { x: before.x - after.x, y: before.y - after.y };
  const far = Math.hypot(off.x, off.y) > SNAP * ground.side;
  return { ...next, off: far ? { x: 0, y: 0, since: now } : { ...off, since: now } };
}

/** The player is told to head this way. */
export function tell(own: Own, wish: Heading, now: number): Own {
  const seq = own.seq + 1;
  return { ...own, seq, told: [...own.told, { seq, heading: heading(wish.dx, wish.dy), at: now }] };
}

/** The heading that was told last. */
export const wished = (own: Own): Heading => own.told[own.told.length - 1]?.heading ?? STILL;

/** The server had the player at this place at `t`. */
export function onPlace(own: Own, { x, y }: Spot, t: number, now: number, ground: Ground): Own {
  if (t < own.t) return own;
  // Of those in force by then only the last one matters.
  const inForce = own.told.filter(({ from }) => from !== undefined && from <= t).length;
  const next = { ...own, x, y, t, told: own.told.slice(Math.max(0, inForce - 1)) };
  return smoothly(own, next, now, ground);
}

/** The server has applied the input of this number: it is walked from the moment `from`. */
export function onApplied(own: Own, seq: number, from: number, now: number, ground: Ground): Own {
  const applied = own.told.find((told) => told.seq === seq);
  if (applied?.from !== undefined || applied === undefined) return own;
  const lead = from - applied.at;
  const leadMs = own.leadMs === 0 ? lead : own.leadMs + (lead - own.leadMs) * BELIEF;
  // What was told before it and was never seen to be applied counted for less than a tick.
  const earlier = own.told.filter((told) => told.seq < seq && told.from !== undefined);
  const later = own.told.filter((told) => told.seq > seq);
  const next = { ...own, leadMs, told: [...earlier, { ...applied, from }, ...later] };
  return smoothly(own, next, now, ground);
}

/** A connection that was lost stands the player still; what is wished goes on being wished, and has to be told again. */
export function forgotten(own: Own): Own {
  return { ...own, told: [] };
}

export const isWalking = (own: Own): boolean => !isStill(wished(own));

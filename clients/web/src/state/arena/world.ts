// What this viewer knows of an arena, and how each thing the server says changes that; and what to show of it at a moment.
// Pure: no DOM, no socket, no clock. Every function gives a new value and leaves the old one.
import type { ArenaSeated, ArenaSnapshot, ArenaState, Seen, Spot } from "../../arena-wire.ts";
import type { Delta, Json, Players, Score, SeatId } from "../../wire.ts";
import { avatarFor } from "../avatar.ts";
import { merge } from "../patch.ts";
import { forgotten, type Ground, onApplied, onPlace, type Own, shown, standing, tell } from "./own.ts";
import { type Heading, SIDE, SPEED } from "./rules.ts";
import { at, begin, extend, type Gait, type Track } from "./track.ts";

export interface World extends Ground, Gait {
  readonly code: string;
  readonly seat: SeatId;
  readonly tick: number;
  /** The moment of `tick` on the server's clock. */
  readonly t: number;
  readonly state: ArenaState;
  readonly names: ReadonlyMap<SeatId, string>;
  /** The avatars that were chosen, as far as this viewer was told of them. */
  readonly avatars: ReadonlyMap<SeatId, number>;
  readonly tracks: ReadonlyMap<SeatId, Track>;
  /** One's own player; a spectator has none. */
  readonly own?: Own;
}

/** Others are shown this much late, and two ticks: so that there is nearly always a place told to walk them to. */
const LATE_MS = 40;

export const lateMs = ({ stepMs }: Gait): number => LATE_MS + 2 * stepMs;

/** The world as an acknowledgement tells of it; of the same room it knows the names already, and where everybody was. */
export function seated(ack: ArenaSeated, before?: World): World {
  const same = before?.code === ack.room && before.seat === ack.seat ? before : undefined;
  const side = ack.options?.size ?? SIDE;
  const gait = { reach: (side * SPEED) / 1_000, stepMs: 1_000 / ack.hz };
  const own = ack.state.players[ack.seat];
  const seq = Math.max(ack.you?.seq ?? 0, same?.own?.seq ?? 0);
  return {
    code: ack.room,
    seat: ack.seat,
    tick: ack.tick,
    t: ack.time,
    state: ack.state,
    side,
    ...gait,
    names: same?.names ?? new Map(),
    avatars: same?.avatars ?? new Map(ack.avatar === undefined ? [] : [[ack.seat, ack.avatar]]),
    tracks: tracksOf(same?.tracks ?? new Map(), ack.state, ack.time, gait),
    ...(own === undefined ? {} : { own: standing(own, ack.time, seq) }),
  };
}

function tracksOf(
  before: ReadonlyMap<SeatId, Track>,
  { players }: ArenaState,
  t: number,
  gait: Gait,
): ReadonlyMap<SeatId, Track> {
  const tracks = new Map<SeatId, Track>();
  for (const [key, { x, y }] of Object.entries(players)) {
    const seat = Number(key);
    const track = before.get(seat);
    tracks.set(seat, track === undefined ? begin({ x, y, t }) : extend(track, { x, y, t }, gait));
  }
  return tracks;
}

function advance(world: World, { tick, t, state }: ArenaSnapshot, now: number): World {
  const next: World = { ...world, tick, t, state, tracks: tracksOf(world.tracks, state, t, world) };
  const place = state.players[world.seat];
  if (place === undefined) return next;
  return { ...next, own: onPlace(next.own ?? standing(place, t, 0), place, t, now, next) };
}

/** The whole view anew. An older one than is known is ignored. */
export function onSnapshot(world: World, said: ArenaSnapshot, now: number): World {
  return said.tick < world.tick ? world : advance(world, said, now);
}

/** The view with a change merged in; "stale" when the change is not one from the view that is known. */
export function onDelta(world: World, { tick, base, t, patch }: Delta, now: number): World | "stale" {
  if (tick <= world.tick) return world;
  if (base !== world.tick) return "stale";
  const state = merge(world.state as unknown as Json, patch) as unknown as ArenaState;
  return advance(world, { tick, t, state }, now);
}

/** When a tick is due: they are a grid in time. */
const moment = ({ t, tick, stepMs }: World, of: number): number => t + (of - tick) * stepMs;

/** An input was applied in this tick, so the way of that whole tick was walked by it. */
export function onYou(world: World, { tick, seq }: { tick: number; seq: number }, now: number): World {
  if (world.own === undefined) return world;
  return { ...world, own: onApplied(world.own, seq, moment(world, tick - 1), now, world) };
}

export function onPlayers(world: World, { joined = [], left = [] }: Pick<Players, "joined" | "left">): World {
  const names = new Map(world.names);
  const avatars = new Map(world.avatars);
  for (const { seat, name, avatar } of joined) {
    names.set(seat, name);
    if (avatar !== undefined) avatars.set(seat, avatar);
  }
  for (const { seat } of left) {
    names.delete(seat);
    avatars.delete(seat);
  }
  return { ...world, names, avatars };
}

/** In large rooms only the best have names. */
export function onScore(world: World, { scores }: Score): World {
  return onPlayers(world, { joined: scores });
}

/** How somebody looks: as they chose, or else as everybody makes it up alike. */
export function avatarIn({ avatars, names }: World, seat: SeatId): number {
  return avatars.get(seat) ?? avatarFor(seat, names.get(seat) ?? "");
}

/** One's own player is told to head this way. */
export function steer(world: World, wish: Heading, now: number): World {
  return world.own === undefined ? world : { ...world, own: tell(world.own, wish, now) };
}

/** The connection is gone: nobody is seen to move, and the server stands one's own player still. */
export function cutOff(world: World): World {
  return world.own === undefined ? world : { ...world, own: forgotten(world.own) };
}

export interface Body extends Seen {
  readonly seat: SeatId;
  readonly name: string;
  readonly avatar: number;
  readonly own: boolean;
}

/** Everybody as they are to be shown at `now`, on the server's clock; oneself last, above the others. */
export function bodies(world: World, now: number): readonly Body[] {
  const late = now - lateMs(world);
  const all = Object.entries(world.state.players).map(([key, { x, y, score }]): Body => {
    const seat = Number(key);
    const own = seat === world.seat;
    const track = world.tracks.get(seat);
    const place: Spot =
      own && world.own !== undefined
        ? shown(world.own, now, world)
        : track === undefined
          ? { x, y }
          : at(track, late, world);
    const name = world.names.get(seat) ?? "";
    return { seat, name, avatar: avatarIn(world, seat), own, score, x: place.x, y: place.y };
  });
  return all.sort((one, other) => Number(one.own) - Number(other.own) || one.seat - other.seat);
}

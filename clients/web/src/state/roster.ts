// Who is in the room, as the host sees them: the latest to come first.
// It knows the newest 200 at most; the room's count is apart.
import type { RoomState, RosterEntry, SeatId } from "../wire.ts";

export interface Present extends RosterEntry {
  readonly seat: SeatId;
}

export function present({ roster = {} }: RoomState): readonly Present[] {
  return Object.entries(roster)
    .map(([seat, entry]) => ({ seat: Number(seat), ...entry }))
    .sort((one, other) => other.seat - one.seat);
}

/** So many fit beside the code on any screen from 1280 by 720 on. */
export const FOREMOST = 60;

/**
 * So many of those at most, and how many are left out; what says that there are more takes a place too. Who comes moves nobody:
 * they are the last or, where there are too many, take the place of the one who is left out for them.
 */
export function foremost(state: RoomState, most = FOREMOST): { shown: readonly Present[]; more: number } {
  const all = present(state);
  const shown = state.players > most ? around(all.slice(0, most - 1), most - 1) : [...all].reverse();
  return { shown, more: Math.max(0, state.players - shown.length) };
}

/** Whether this one is among them. */
export function isForemost(state: RoomState, seat: SeatId | undefined): boolean {
  return foremost(state).shown.some((player) => player.seat === seat);
}

/** Each at the place that their seat's number comes to, going round and round so many; or at the next that is free. */
function around(latest: readonly Present[], places: number): readonly Present[] {
  const taken = new Map<number, Present>();
  for (const each of latest) {
    let place = each.seat % places;
    while (taken.has(place)) place = (place + 1) % places;
    taken.set(place, each);
  }
  return [...taken].sort(([one], [other]) => one - other).map(([, each]) => each);
}

/** How many are in the room besides those the roster names. */
export function unnamed(state: RoomState): number {
  return Math.max(0, state.players - Object.keys(state.roster ?? {}).length);
}

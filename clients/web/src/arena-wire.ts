// The shapes of what server and site say to each other about an arena, and about the games and rooms there are.
// No behaviour: reading and applying them is src/state/, carrying them is src/net/.
import type { Closed, Delta, Players, Requests, Role, Score, SeatId } from "./wire.ts";

/** A place on the board: from the left, and from the top. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Seen extends Spot {
  readonly score: number;
}

export interface ArenaState {
  readonly players: Readonly<Record<string, Seen>>;
  readonly coins: Readonly<Record<string, Spot>>;
}

/** What a seat alone knows: the last of its inputs that was applied. */
export interface ArenaYou {
  readonly seq: number;
}

export interface ArenaSeated {
  readonly room: string;
  readonly game: string;
  readonly seat: SeatId;
  readonly token: string;
  readonly role: Role;
  readonly avatar?: number;
  readonly hz: number;
  /** What the room was opened with, of what was given then. */
  readonly options?: { readonly size?: number };
  readonly tick: number;
  readonly time: number;
  readonly state: ArenaState;
  readonly you?: ArenaYou | null;
}

export interface ArenaSnapshot {
  readonly tick: number;
  readonly t: number;
  readonly state: ArenaState;
}

export interface ArenaBroadcasts {
  snapshot: ArenaSnapshot;
  delta: Delta;
  you: ArenaYou & { readonly tick: number };
  players: Players;
  score: Score;
  closed: Closed;
}

interface Sync {
  readonly sync: "delta";
}

export type ArenaJoin = Sync & { readonly name: string; readonly avatar?: number } & (
    { readonly room: string } | { readonly game: "arena" }
  );

export interface Move {
  readonly type: "move";
  readonly seq: number;
  readonly dx: number;
  readonly dy: number;
}

export interface ArenaRequests {
  join: { say: ArenaJoin; get: ArenaSeated };
  resume: { say: Sync & { readonly token: string }; get: ArenaSeated };
  leave: Requests["leave"];
  input: { say: Move; get: { readonly tick: number } };
  clock: Requests["clock"];
}

/** A game of the catalog, as `GET /api/games` lists it. */
export interface Game {
  readonly name: string;
  readonly title: string;
  readonly hosted: boolean;
  readonly quickMatch: boolean;
  readonly seats?: { readonly default: number; readonly most: number };
}

/** A public room, as `/lobby` tells of it. */
export interface Listing {
  readonly room: string;
  readonly game: string;
  readonly players: number;
  readonly capacity: number;
  readonly phase: string;
}

// What of the contract this site speaks with an arena, and about the games and rooms there are: the server's own types, as
// src/contract/ has them from Rust. No behaviour: reading and applying is src/state/, carrying is src/net/.
import type { Arena, Broadcasts, Join, Requests, Resume, Seated, Snapshot } from "./contract/types.gen.ts";
import type { Sync } from "./wire.ts";

export type { ArenaState, Game, Listing, Seen, Spot } from "./contract/types.gen.ts";

export type ArenaSeated = Seated<Arena>;
export type ArenaSnapshot = Snapshot<Arena>;

/** What the server sends unasked and this site listens to, by event. */
export type ArenaBroadcasts = Pick<
  Broadcasts<Arena>,
  "snapshot" | "delta" | "you" | "players" | "score" | "closed"
>;

export type ArenaJoin = Join<Arena> &
  Sync &
  ({ readonly room: string; readonly name: string } | { readonly game: "arena"; readonly name: string });

/** What this site asks of the server, by event: what it says, and what an ok brings. */
export interface ArenaRequests extends Pick<Requests<Arena>, "leave" | "input" | "clock"> {
  readonly join: { readonly say: ArenaJoin; readonly get: ArenaSeated };
  readonly resume: { readonly say: Resume & Sync; readonly get: ArenaSeated };
}

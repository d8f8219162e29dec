// What this viewer knows of its room, and how each thing the server says changes that.
// Pure: no DOM, no socket, no clock. Every function gives a new value and leaves the old one.
import type {
  ChoiceId,
  Delta,
  Json,
  Private,
  Role,
  RoomState,
  Seated,
  SeatId,
  Snapshot,
  Timer,
  You,
} from "../wire.ts";
import { merge } from "./patch.ts";

export interface Room {
  readonly code: string;
  readonly seat: SeatId;
  readonly role: Role;
  readonly tick: number;
  readonly state: RoomState;
  /** The first tick at which the present question was seen: a private view older than it tells of another one. */
  readonly questionTick: number;
  readonly you: You;
  readonly youTick: number;
  readonly timer?: Timer;
}

const NOBODY: You = { answered: false, score: 0, rank: 0, streak: 0 };

/** The room as an acknowledgement of `create`, `join` or `resume` tells of it. */
export function seated(ack: Seated): Room {
  return {
    code: ack.room,
    seat: ack.seat,
    role: ack.role,
    tick: ack.tick,
    state: ack.state,
    questionTick: ack.tick,
    you: { ...NOBODY, ...ack.you },
    youTick: ack.tick,
  };
}

function advance(room: Room, tick: number, state: RoomState): Room {
  const sameRound = state.index === room.state.index && room.state.phase !== "lobby";
  return { ...room, tick, state, questionTick: sameRound ? room.questionTick : tick };
}

/** The whole view anew. An older one than is known is ignored. */
export function onSnapshot(room: Room, { tick, state }: Snapshot): Room {
  return tick < room.tick ? room : advance(room, tick, state);
}

/** The view with a change merged in; "stale" when the change is not one from the view that is known. */
export function onDelta(room: Room, { tick, base, patch }: Delta): Room | "stale" {
  if (tick <= room.tick) return room;
  if (base !== room.tick) return "stale";
  const state = merge(room.state as unknown as Json, patch) as unknown as RoomState;
  return advance(room, tick, state);
}

export function onYou(room: Room, { tick, ...you }: Private): Room {
  return tick < room.youTick ? room : { ...room, you: { ...NOBODY, ...you }, youTick: tick };
}

export function onTimer(room: Room, timer: Timer): Room {
  return { ...room, timer };
}

/** The choices this seat's answer to the present question holds, as the server has taken it; none if it has none. */
export function taken(room: Room): readonly ChoiceId[] | undefined {
  const { you, state } = room;
  if (!you.answered || room.youTick < room.questionTick || state.question === undefined) return undefined;
  if (you.choices !== undefined) return you.choices;
  return you.choice === undefined ? [] : [you.choice];
}

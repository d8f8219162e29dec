// What this viewer knows of its room, and how each thing the server says changes that.
// Pure: no DOM, no socket, no clock. Every function gives a new value and leaves the old one.
import type {
  ChoiceId,
  Delta,
  Json,
  Players,
  Private,
  Role,
  RoomState,
  Score,
  Seated,
  SeatId,
  Snapshot,
  Timer,
  You,
} from "../wire.ts";
import { avatarFor } from "./avatar.ts";
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
  /** The private view of the phase to come, which is told a moment before the phase: on the present one it would be wrong. */
  readonly youNext?: Private;
  readonly timer?: Timer;
  /** The avatars that were chosen, as far as this viewer was told of them. */
  readonly avatars: Readonly<Record<SeatId, number>>;
}

/** What a seat alone knows before anything has happened; and of who is no player. */
export const NOBODY: You = { answered: false, score: 0, rank: 0, streak: 0 };

/**
 * The room as an acknowledgement of `create`, `join` or `resume` tells of it. Timer and avatars are told apart from it:
 * until they are told again, what was known of them `before` holds.
 */
export function seated(ack: Seated, before?: Room): Room {
  const { timer, avatars } = before?.code === ack.room ? before : { avatars: {} };
  return {
    code: ack.room,
    seat: ack.seat,
    role: ack.role,
    tick: ack.tick,
    state: ack.state,
    questionTick: ack.tick,
    you: ack.you ?? NOBODY,
    youTick: ack.tick,
    ...(timer === undefined ? {} : { timer }),
    avatars: ack.avatar === undefined ? avatars : { ...avatars, [ack.seat]: ack.avatar },
  };
}

function advance({ youNext, ...room }: Room, tick: number, state: RoomState): Room {
  const sameRound = state.index === room.state.index && room.state.phase !== "lobby";
  const next = { ...room, tick, state, questionTick: sameRound ? room.questionTick : tick };
  if (youNext === undefined) return next;
  if (state.phase === room.state.phase) return { ...next, youNext };
  const { tick: youTick, ...you } = youNext;
  return youTick < room.youTick ? next : { ...next, you, youTick };
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

export function onYou(room: Room, said: Private): Room {
  const { tick, ...you } = said;
  if (tick < room.youTick) return room;
  // What an answer was worth is taken back with its phase.
  const isNext = tick > room.tick && room.you.correct !== undefined && you.correct === undefined;
  return isNext ? { ...room, youNext: said } : { ...room, you, youTick: tick };
}

export function onTimer(room: Room, timer: Timer): Room {
  return { ...room, timer };
}

/** Those who left stay known: no seat's number is given twice. */
export function onPlayers(room: Room, { joined = [] }: Players): Room {
  return known(room, joined);
}

export function onScore(room: Room, { scores }: Score): Room {
  return known(room, scores);
}

function known(room: Room, told: readonly { readonly seat: SeatId; readonly avatar?: number }[]): Room {
  const chosen = told.flatMap(({ seat, avatar }) => (avatar === undefined ? [] : [[seat, avatar] as const]));
  return chosen.length === 0
    ? room
    : { ...room, avatars: { ...room.avatars, ...Object.fromEntries(chosen) } };
}

/** How somebody looks: as they chose, or else as everybody makes it up alike. */
export function avatarIn({ avatars }: Pick<Room, "avatars">, seat: SeatId, name: string): number {
  return avatars[seat] ?? avatarFor(seat, name);
}

/** The choices this seat's answer to the present question holds, as the server has taken it; none if it has none. */
export function taken(room: Room): readonly ChoiceId[] | undefined {
  const { you, state } = room;
  if (!you.answered || room.youTick < room.questionTick || state.question === undefined) return undefined;
  if (you.choices !== undefined) return you.choices;
  return you.choice === undefined ? [] : [you.choice];
}

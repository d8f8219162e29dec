// How well each player is connected, in what a host can tell apart at a glance, and in which order they are listed.
// It measures nothing: the server does.
import type { LinkTold, SeatId } from "../wire.ts";
import type { Present } from "./roster.ts";

/** `unknown`: connected, and not measured yet. */
export type Strength = "away" | "slow" | "unknown" | "good";

export interface Signal {
  readonly strength: Strength;
  /** A round trip in whole milliseconds; undefined while there is none. */
  readonly rttMs?: number;
  /** Whether the network lets no WebSocket through. */
  readonly polls: boolean;
}

/** From here on an answer is felt to be late: the button has long been pressed when the server hears of it. */
export const SLOW_MS = 250;

/** The signal of a player, from the roster, which knows who is there, and from what was told of the connection, if it was. */
export function signal({ connected }: Pick<Present, "connected">, told: LinkTold | undefined): Signal {
  if (!connected) return { strength: "away", polls: false };
  const polls = told?.link === "polling";
  if (told?.rtt === undefined || told.link === "away") return { strength: "unknown", polls };
  const rttMs = Math.round(told.rtt);
  return { strength: rttMs >= SLOW_MS ? "slow" : "good", rttMs, polls };
}

export interface Listed extends Present {
  readonly signal: Signal;
}

const TROUBLE: readonly Strength[] = ["away", "slow"];

/** How much a row is in need of being seen: whoever is away first, then the slow ones, then all others alike. */
const need = ({ signal: { strength } }: Listed): number => {
  const at = TROUBLE.indexOf(strength);
  return at < 0 ? TROUBLE.length : at;
};

/** The seats, those in trouble first and the slowest of them before the others. */
export function byNeed(players: readonly Listed[]): readonly SeatId[] {
  const slowness = (player: Listed): number =>
    player.signal.strength === "slow" ? (player.signal.rttMs ?? 0) : 0;
  return players
    .toSorted((one, other) => need(one) - need(other) || slowness(other) - slowness(one))
    .map(({ seat }) => seat);
}

/**
 * The players in this order, and before them those who are not in it: they came later. Rows don't move under the hand of
 * who is about to press one.
 */
export function inOrder(players: readonly Listed[], order: readonly SeatId[]): readonly Listed[] {
  const places = new Map(order.map((seat, place) => [seat, place]));
  const place = ({ seat }: Listed): number => places.get(seat) ?? -1;
  return players.toSorted((one, other) => place(one) - place(other));
}

/** How many of them are there, and how many of those are slow. */
export function tally(players: readonly Listed[]): { here: number; slow: number; away: number } {
  const count = (strength: Strength): number =>
    players.filter((player) => player.signal.strength === strength).length;
  const away = count("away");
  return { here: players.length - away, slow: count("slow"), away };
}

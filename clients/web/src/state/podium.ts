// Which places of the podium are shown: the server has them shown one after another, from the last to the first.
// It draws nothing, and times nothing.
import type { RoomState, SeatId, Standing } from "../wire.ts";

const PLACES = 3;

/** So many have room beside each other on a phone. */
const MOST = 5;

/** How many of the first rows stand on the podium: all who share its places, while there is room for them. */
export function standing(rows: readonly Standing[]): number {
  const placed = rows.filter(({ rank }) => rank <= PLACES).length;
  return placed <= MOST ? placed : PLACES;
}

/** How many places are shown, of how many there are. */
export interface Unveiled {
  readonly shown: number;
  readonly of: number;
}

/** Undefined while there is no podium. */
export function unveiled({
  phase,
  leaderboard = [],
  unveiled: shown,
}: Pick<RoomState, "phase" | "leaderboard" | "unveiled">): Unveiled | undefined {
  if (phase !== "podium") return undefined;
  const of = Math.min(PLACES, leaderboard.length);
  return { shown: Math.min(shown ?? of, of), of };
}

/** How many of the first rows nobody is to see yet. Who shares the last place comes with it. */
export function veiled(state: RoomState): number {
  const { shown, of } = unveiled(state) ?? { shown: 0, of: 0 };
  return shown === 0 && of > 0 ? standing(state.leaderboard ?? []) : of - shown;
}

/** Whether this seat's place is still to be shown. */
export function waits(state: RoomState, seat: SeatId): boolean {
  return state.leaderboard?.slice(0, veiled(state)).some((row) => row.seat === seat) ?? false;
}

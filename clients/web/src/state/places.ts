// Where the rows of the standings come from, and who stands just above one of them.
// It moves nothing; src/ui/slide.ts does.
import type { SeatId, Standing, You } from "../wire.ts";

/** For each row, the place among these that it held before the last round, from 0. */
export function placesBefore(rows: readonly Standing[]): readonly number[] {
  const before = ({ score, gain }: Standing): number => score - gain;
  // Equals keep the order they have: nobody moves for nothing.
  const order = rows.toSorted((one, other) => before(other) - before(one));
  return rows.map((row) => order.indexOf(row));
}

export interface Ahead {
  readonly seat: SeatId;
  readonly name: string;
  /** By how many points. */
  readonly by: number;
}

/** Who stands just above this player, if the rows that are known leave no doubt. */
export function ahead(
  rows: readonly Standing[],
  { score, rank }: Pick<You, "score" | "rank">,
): Ahead | undefined {
  const above = rows.filter((row) => row.score > score);
  const next = above.at(-1);
  if (next === undefined || above.length !== rank - 1) return undefined;
  return { seat: next.seat, name: next.name, by: next.score - score };
}

// Where the rows of the standings come from.
// It moves nothing; src/ui/slide.ts does.
import type { Standing } from "../wire.ts";

/** For each row, the place among these that it held before the last round, from 0. */
export function placesBefore(rows: readonly Standing[]): readonly number[] {
  const before = ({ score, gain }: Standing): number => score - gain;
  // Equals keep the order they have: nobody moves for nothing.
  const order = rows.toSorted((one, other) => before(other) - before(one));
  return rows.map((row) => order.indexOf(row));
}

import { expect, it } from "vitest";

import type { Row } from "../state/arena/scores.ts";
import { purse, purseCues } from "./arena.ts";

/** A table of these scores in order, of which the first one's is one's own. */
const table = (own: number, ...others: number[]): readonly Row[] => {
  const all = [own, ...others];
  return all
    .map((score, seat): Row => ({
      seat,
      score,
      name: "",
      avatar: 0,
      rank: all.filter((other) => other > score).length + 1,
      own: seat === 0,
    }))
    .sort((one, other) => other.score - one.score);
};

const heard = (...tables: (readonly Row[])[]): readonly string[] =>
  tables.flatMap((after, at) => {
    const [before, now] = [tables[at - 1], purse(after)];
    return now ? purseCues(before && purse(before), now) : [];
  });

it("is silent for who has just come, and for others' coins", () => {
  expect(heard(table(3, 2))).toEqual([]);
  expect(heard(table(3, 2), table(3, 3), table(3, 4))).toEqual([]);
});

it("rings for each of one's own coins, and otherwise where it brings the lead", () => {
  expect(heard(table(0, 1), table(1, 1), table(2, 1), table(3, 1))).toEqual(["coin", "lead", "coin"]);
});

it("is silent for who only watches", () => {
  const watched = table(0, 2).filter((row) => !row.own);
  expect(heard(watched, watched)).toEqual([]);
});

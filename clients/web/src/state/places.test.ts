import { describe, expect, it } from "vitest";

import type { Standing } from "../wire.ts";
import { placesBefore } from "./places.ts";

/** Rows in this order, with these scores and gains. */
const rows = (...points: [score: number, gain: number][]): Standing[] =>
  points.map(([score, gain], at) => ({ seat: at + 1, name: `P${at + 1}`, score, gain, rank: at + 1 }));

describe("placesBefore", () => {
  it("puts each row where its points of before had it", () => {
    expect(placesBefore(rows([900, 900], [800, 0], [700, 100]))).toEqual([2, 0, 1]);
  });

  it("moves nobody in the first round, nor where nothing was won", () => {
    expect(placesBefore(rows([900, 900], [800, 800], [0, 0]))).toEqual([0, 1, 2]);
    expect(placesBefore(rows([900, 0], [900, 0], [700, 0]))).toEqual([0, 1, 2]);
  });

  it("holds each place once", () => {
    const places = placesBefore(rows([50, 50], [40, 0], [30, 30], [20, 0], [10, 10]));
    expect(places.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});

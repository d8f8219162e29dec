import { expect, it } from "vitest";

import { lay } from "./labels.ts";

const at = (x: number, y: number) => ({ x, y, width: 40, height: 16 });

const laid = (...labels: ReturnType<typeof at>[]): (readonly [number, number] | undefined)[] =>
  lay(labels, 10, 200).map((place) => place && [place.x, place.y]);

it("writes above a player, and below one at the upper edge", () => {
  expect(laid(at(100, 100))).toEqual([[80, 74]]);
  expect(laid(at(100, 20))).toEqual([[80, 30]]);
});

it("stays on the board at its sides", () => {
  expect(laid(at(5, 100), at(198, 100))).toEqual([
    [0, 74],
    [160, 74],
  ]);
});

it("writes below who stands beside another, and leaves out the third", () => {
  expect(laid(at(100, 100), at(110, 102), at(105, 101), at(160, 101))).toEqual([
    [80, 74],
    [90, 112],
    undefined,
    [140, 75],
  ]);
});

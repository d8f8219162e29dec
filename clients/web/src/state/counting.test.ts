import { expect, it } from "vitest";

import { counting, padded } from "./counting.ts";

it("begins and ends where it should, whatever the clock does", () => {
  expect([-1, 0, 1, 2].map((share) => counting(100, 974, share))).toEqual([100, 100, 974, 974]);
});

it("goes one way only, in whole numbers", () => {
  const shown = Array.from({ length: 21 }, (_, at) => counting(0, 874, at / 20));
  expect(shown).toEqual(shown.toSorted((one, other) => one - other));
  expect(shown.every(Number.isInteger)).toBe(true);
  expect(counting(0, 100, 0.5)).toBeGreaterThan(50);
});

it("keeps the room of the last number from the first on", () => {
  expect(padded("+24", "+1,058")).toBe("\u2007\u2007\u2008+24");
  expect(padded("1.058", "1.058")).toBe("1.058");
  expect(padded("10", "9")).toBe("10");
});

import { expect, it } from "vitest";

import { areBrief, areShort, mark } from "./choices.ts";

it("gives each of eight choices a shape, a letter and a colour of its own", () => {
  const marks = Array.from({ length: 8 }, (_, position) => mark(position));
  for (const part of ["shape", "letter", "colour"] as const) {
    expect(new Set(marks.map((one) => one[part])).size).toBe(8);
  }
});

it("gives a ninth choice a letter of its own still", () => {
  expect([mark(8).letter, mark(8).shape]).toEqual(["I", mark(0).shape]);
});

it("puts two beside each other only if all are short and few", () => {
  expect(areShort(["yes", "no"])).toBe(true);
  expect(areShort(["yes", "a choice of rather more words"])).toBe(false);
  expect(areShort(["a", "b", "c", "d", "e", "f"])).toBe(false);
});

it("writes choices large if all are short, however many", () => {
  expect(areBrief(["a", "b", "c", "d", "e", "f"])).toBe(true);
  expect(areBrief(["yes", "a choice of rather more words"])).toBe(false);
});

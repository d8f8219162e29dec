import { expect, it } from "vitest";

import { formats } from "./format.ts";

const POINTS = { one: "point", other: "points" };
const TH = { one: "st", two: "nd", few: "rd", other: "th" };

it("writes numbers as the language does", () => {
  expect(formats("en").number(1234567)).toBe("1,234,567");
  expect(formats("de").number(1234567)).toBe("1.234.567");
  expect([874, 0].map(formats("en").signed)).toEqual(["+874", "0"]);
});

it("writes shares and fractions as the language does, and separates cells by what is not in numbers", () => {
  expect([0, 0.456, 1].map(formats("en").percent)).toEqual(["0%", "46%", "100%"]);
  expect([0, 4.26, 61].map(formats("en").tenths)).toEqual(["0", "4.3", "61"]);
  expect(formats("de").tenths(4.26)).toBe("4,3");
  expect([formats("en").separator, formats("de").separator]).toEqual([",", ";"]);
});

it("counts by the language's own plurals", () => {
  expect([0, 1, 2, 1000].map((count) => formats("en").counted(count, POINTS))).toEqual([
    "0 points",
    "1 point",
    "2 points",
    "1,000 points",
  ]);
  const { counted } = formats("pl");
  expect([1, 3, 5].map((count) => counted(count, { one: "a", few: "b", other: "c" }))).toEqual([
    "1 a",
    "3 b",
    "5 c",
  ]);
});

it("gives places the endings they ask for", () => {
  expect([1, 2, 3, 4, 11, 22, 113].map((place) => formats("en").ordinal(place, TH))).toEqual([
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "22nd",
    "113th",
  ]);
  expect(formats("de").ordinal(3, { other: "." })).toBe("3.");
});

it("lists names", () => {
  expect(formats("en").list(["Ada", "Bo"])).toBe("Ada and Bo");
  expect(formats("de").list(["Ada", "Bo", "Cy"])).toBe("Ada, Bo und Cy");
  expect(formats("en").list([])).toBe("");
});

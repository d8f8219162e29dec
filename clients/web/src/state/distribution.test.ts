import { expect, it } from "vitest";

import type { Question } from "../wire.ts";
import { bars } from "./distribution.ts";

const question: Question = {
  kind: "single",
  text: "?",
  choices: ["a", "b", "c"].map((text, id) => ({ id, text })),
  timeMs: 1,
  points: 1,
};

it("draws each choice against the one most took", () => {
  const drawn = bars(question, { correct: [1], counts: { 0: 5, 1: 10 } });
  expect(drawn.map(({ count, share, correct }) => [count, share, correct])).toEqual([
    [5, 0.5, false],
    [10, 1, true],
    [0, 0, false],
  ]);
});

it("draws nothing for no answers at all", () => {
  expect(bars(question, { correct: [0], counts: {} }).map(({ share }) => share)).toEqual([0, 0, 0]);
});

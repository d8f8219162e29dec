import { expect, it } from "vitest";

import type { Question } from "../wire.ts";
import { outcomes } from "./outcome.ts";

const asked = (kind: Question["kind"]): Question => ({
  kind,
  text: "?",
  choices: [0, 1, 2, 3].map((id) => ({ id, text: String(id) })),
  timeMs: 1,
  points: 1,
});

const REVEAL = { correct: [1, 2], counts: {} };

it("tells what was found, missed and chosen by mistake apart", () => {
  expect([...outcomes(asked("multiple"), REVEAL, [1, 3])]).toEqual([
    [1, "found"],
    [2, "missed"],
    [3, "mistaken"],
  ]);
});

it("says nothing of one who has not answered, nor where one choice is all there is", () => {
  expect(outcomes(asked("multiple"), REVEAL, undefined).size).toBe(0);
  expect(outcomes(asked("single"), REVEAL, [1]).size).toBe(0);
});

import { expect, it } from "vitest";

import { en } from "../i18n/en.ts";
import type { PlayedQuestion, QuizSummary } from "../wire.ts";
import { heard, rightShare, SHOWN, slices, standings, table } from "./summary.ts";

const question = (changed: Partial<PlayedQuestion> = {}): PlayedQuestion => ({
  kind: "single",
  text: "Which?",
  choices: [
    { text: "a", correct: false, count: 3 },
    { text: "b", correct: true, count: 4 },
  ],
  players: 10,
  answered: 7,
  right: 4,
  partly: 0,
  medianMs: 2_000,
  ...changed,
});

const summary = (changed: Partial<QuizSummary> = {}): QuizSummary => ({
  players: 2,
  answered: 7,
  right: 4,
  questions: [question(), question({ text: "=So?" })],
  results: [
    { seat: 2, name: "Ada", score: 1_900, rank: 1, gains: [950, 950] },
    { seat: 3, name: "Bo", score: 0, rank: 2, gains: [0, null] },
  ],
  ...changed,
});

const counts = (of: PlayedQuestion) => slices(of).map(({ part, count, share }) => [part, count, share]);

it("shares a bar among all who could answer, and leaves out what nobody did", () => {
  expect(counts(question())).toEqual([
    ["right", 4, 0.4],
    ["wrong", 3, 0.3],
    ["none", 3, 0.3],
  ]);
  expect(counts(question({ partly: 3 })).map(([part]) => part)).toEqual(["right", "partly", "none"]);
  expect(counts(question({ answered: 0, right: 0 }))).toEqual([["none", 10, 1]]);
  expect(slices(question({ players: 0, answered: 0, right: 0 }))).toEqual([]);
});

it("has no share of right answers where there are none", () => {
  expect(rightShare(summary())).toBeCloseTo(4 / 7);
  expect(rightShare(summary({ answered: 0, right: 0 }))).toBeUndefined();
});

it("says how much was right, once it is known", () => {
  expect(heard(undefined)).toBe(en.host.summary.title);
  expect(heard(summary({ answered: 8, right: 6 }))).toBe(en.host.summary.heard("75%"));
});

it("shows the first of many, and saves them all", () => {
  const results = Array.from({ length: SHOWN + 5 }, (_, at) => ({
    seat: at,
    name: `P${at}`,
    score: 0,
    rank: 1,
    gains: [],
  }));
  const many = summary({ questions: [], results });
  expect(standings(many)).toHaveLength(SHOWN);
  expect(table(many)).toHaveLength(1 + results.length);
});

it("makes a table of players and the points of each question", () => {
  const { rank, name, score } = en.leaderboard;
  expect(table(summary())).toEqual([
    [rank, name, score, "1. Which?", "2. =So?"],
    [1, "Ada", 1_900, 950, 950],
    [2, "Bo", 0, 0, undefined],
  ]);
});

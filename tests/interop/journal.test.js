// The recomputation itself, on a journal written by hand: it must be able to disagree.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recompute } from "./journal.js";

const questions = [
  { correct: [1], timeMs: 10_000, points: 1000 },
  { correct: [0, 2], timeMs: 10_000, points: 500 },
];
const joined = (seat, role = "player") => ({ what: "joined", seat, role, at: 0 });
const phase = (phase, at) => ({ what: "timer", phase, at, running: true });
const answer = (seat, at, input, refused) => ({ what: "input", seat, at, input: { type: "answer", ...input }, refused });

test("scores are those of the contract's formula", () => {
  const { scores, faults, asked } = recompute(
    [
      joined(1, "host"),
      joined(2),
      joined(3),
      joined(4),
      phase("question", 1_000_000),
      answer(2, 1_499_000, { index: 0, choice: 1 }),
      answer(3, 6_000_000, { index: 0, choice: 1 }),
      answer(3, 6_000_001, { index: 0, choice: 1 }, "already_answered"),
      answer(4, 2_000_000, { index: 0, choice: 0 }),
      phase("reveal", 7_000_000),
      phase("countdown", 8_000_000),
      phase("question", 9_000_000),
      answer(2, 10_000_000, { index: 1, choices: [2, 0] }),
      answer(3, 10_000_000, { index: 1, choices: [0] }),
    ],
    questions,
  );
  assert.deepEqual(faults, []);
  assert.equal(asked, 2);
  assert.deepEqual([...scores], [[2, 1000 + 475], [3, 750], [4, 0]]);
});

test("an answer twice, late, or to another question is a fault", () => {
  const start = [joined(2), phase("question", 0)];
  const faults = (...entries) => recompute([...start, ...entries], questions).faults.length;
  assert.equal(faults(answer(2, 1, { index: 0, choice: 1 }), answer(2, 2, { index: 0, choice: 1 })), 1);
  assert.equal(faults(answer(2, 10_000_001, { index: 0, choice: 1 })), 1);
  assert.equal(faults(answer(2, 1, { index: 1, choices: [0] })), 1);
});

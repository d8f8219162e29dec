import { expect, it } from "vitest";

import type { Question, You } from "../wire.ts";
import { outcomes } from "./outcome.ts";
import { NOBODY, type Room, seated } from "./room.ts";

function revealed(kind: Question["kind"], you: Partial<You>): Room {
  const choices = [0, 1, 2, 3].map((id) => ({ id, text: String(id) }));
  return seated({
    ok: true,
    room: "1",
    game: "quiz",
    seat: 1,
    token: "t",
    role: "player",
    hz: 20,
    tick: 1,
    time: 0,
    state: {
      phase: "reveal",
      index: 0,
      total: 1,
      title: "Test",
      question: { kind, text: "?", choices, timeMs: 1, points: 1 },
      reveal: { correct: [1, 2], counts: {} },
      answered: 1,
      players: 1,
      locked: false,
      paused: false,
    },
    you: { ...NOBODY, ...you },
  });
}

it("tells what was found, missed and chosen by mistake apart", () => {
  expect([...outcomes(revealed("multiple", { answered: true, choices: [1, 3] }))]).toEqual([
    [1, "found"],
    [2, "missed"],
    [3, "mistaken"],
  ]);
});

it("says nothing of one who has not answered, nor where one choice is all there is", () => {
  expect(outcomes(revealed("multiple", { answered: false })).size).toBe(0);
  expect(outcomes(revealed("single", { answered: true, choice: 1 })).size).toBe(0);
});

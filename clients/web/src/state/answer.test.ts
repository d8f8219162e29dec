import { describe, expect, it } from "vitest";

import type { Question, RoomState, You } from "../wire.ts";
import { answered, inputFor, kindOf, stillPending, toggled } from "./answer.ts";
import { NOBODY, type Room, seated } from "./room.ts";

const question = (kind: Question["kind"]): Question => ({
  kind,
  text: "?",
  choices: [0, 1, 2].map((id) => ({ id, text: String(id) })),
  timeMs: 20_000,
  points: 1000,
});

function room(changed: Partial<RoomState> = {}, you: Partial<You> = {}): Room {
  const state: RoomState = {
    phase: "question",
    index: 2,
    total: 5,
    title: "Test",
    question: question("single"),
    answered: 0,
    players: 1,
    locked: false,
    paused: false,
    ...changed,
  };
  return seated({
    ok: true,
    room: "123456",
    game: "quiz",
    seat: 1,
    token: "t",
    role: "player",
    hz: 20,
    tick: 1,
    time: 0,
    state,
    you: { ...NOBODY, ...you },
  });
}

describe("kindOf", () => {
  it("knows the kinds with choices, and owns up to the others", () => {
    expect(
      ["single", "truefalse", "multiple", "order"].map((kind) => kindOf(question(kind as Question["kind"]))),
    ).toEqual(["one", "one", "many", undefined]);
  });
});

describe("inputFor", () => {
  it("is one choice for a question with one answer", () => {
    expect(inputFor(room(), { index: 2, choices: [1] })).toEqual({ type: "answer", index: 2, choice: 1 });
  });

  it("is all choices for a question with several", () => {
    const many = room({ question: question("multiple") });
    expect(inputFor(many, { index: 2, choices: [2, 0] })).toEqual({
      type: "answer",
      index: 2,
      choices: [2, 0],
    });
  });

  it("is nothing once the question is over, or another one is asked", () => {
    expect(inputFor(room({ phase: "reveal" }), { index: 2, choices: [1] })).toBeUndefined();
    expect(inputFor(room({ index: 3 }), { index: 2, choices: [1] })).toBeUndefined();
  });
});

describe("answered", () => {
  it("shows the answer on its way before the server has it", () => {
    expect(answered(room(), { index: 2, choices: [1] })).toEqual([1]);
    expect(answered(room(), { index: 1, choices: [1] })).toBeUndefined();
    expect(answered(room(), undefined)).toBeUndefined();
  });

  it("believes the server over what was tapped here", () => {
    expect(answered(room({}, { answered: true, choice: 0 }), { index: 2, choices: [1] })).toEqual([0]);
  });
});

describe("stillPending", () => {
  const pending = { index: 2, choices: [1] };

  it("waits while the question is open and the answer is not taken", () => {
    expect(stillPending(room(), pending)).toBe(pending);
  });

  it("ends when it is taken, or the question is over", () => {
    expect(stillPending(room({}, { answered: true, choice: 1 }), pending)).toBeUndefined();
    expect(stillPending(room({ phase: "reveal" }), pending)).toBeUndefined();
    expect(stillPending(room({ index: 3 }), pending)).toBeUndefined();
  });
});

it("toggles choices", () => {
  expect(toggled([], 1)).toEqual([1]);
  expect(toggled([1, 2], 1)).toEqual([2]);
});

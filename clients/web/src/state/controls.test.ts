import { describe, expect, it } from "vitest";

import type { Phase, RoomState } from "../wire.ts";
import {
  choiceKey,
  endCloses,
  extend,
  isDone,
  lockOrUnlock,
  pauseOrResume,
  type Press,
  shortcut,
  step,
} from "./controls.ts";

const at = (phase: Phase, changed: Partial<RoomState> = {}): RoomState => ({
  phase,
  index: 0,
  total: 3,
  title: "Test",
  answered: 0,
  players: 2,
  locked: false,
  paused: false,
  ...changed,
});

const press = (key: string, changed: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...changed,
});

describe("step", () => {
  it.each<[Phase, string | undefined]>([
    ["lobby", "start"],
    ["countdown", undefined],
    ["question", "skip"],
    ["reveal", "next"],
    ["leaderboard", "next"],
    ["podium", undefined],
  ])("%s: %s", (phase, type) => {
    expect(step(at(phase))?.type).toBe(type);
  });

  it("shows the podium's places while there is one left", () => {
    const leaderboard = [{ seat: 1, name: "A", score: 1, gain: 1, rank: 1 }];
    expect(step(at("podium", { leaderboard, unveiled: 0 }))).toEqual({ type: "next" });
    expect(step(at("podium", { leaderboard }))).toBeUndefined();
  });

  it("starts nothing for nobody", () => {
    expect(step(at("lobby", { players: 0 }))).toBeUndefined();
  });
});

describe("other controls", () => {
  it("pause where time runs, and go on wherever it was paused", () => {
    expect(pauseOrResume(at("question"))).toEqual({ type: "pause" });
    expect(pauseOrResume(at("question", { paused: true }))).toEqual({ type: "resume" });
    expect(pauseOrResume(at("lobby"))).toBeUndefined();
    expect(pauseOrResume(at("reveal"))).toBeUndefined();
    expect(pauseOrResume(at("reveal", { autoAdvance: true }))).toEqual({ type: "pause" });
  });

  it("end a quiz at its podium, and a room that has none", () => {
    expect([endCloses(at("lobby")), endCloses(at("question")), endCloses(at("podium"))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("sum a quiz up once all its places are shown", () => {
    const leaderboard = [{ seat: 1, name: "A", score: 1, gain: 1, rank: 1 }];
    expect(isDone(at("leaderboard", { leaderboard }))).toBe(false);
    expect(isDone(at("podium", { leaderboard, unveiled: 0 }))).toBe(false);
    expect([isDone(at("podium", { leaderboard })), isDone(at("podium"))]).toEqual([true, true]);
  });

  it("extend a question only", () => {
    expect(extend(at("question"))).toEqual({ type: "extend", ms: 10_000 });
    expect(extend(at("reveal"))).toBeUndefined();
  });

  it("lock what is open and open what is locked", () => {
    expect(lockOrUnlock(at("lobby"))).toEqual({ type: "lock", locked: true });
    expect(lockOrUnlock(at("lobby", { locked: true }))).toEqual({ type: "lock", locked: false });
  });
});

describe("shortcut", () => {
  it("knows its keys in either case", () => {
    expect([" ", "p", "P", "L", "?", "x"].map((key) => shortcut(press(key)))).toEqual([
      "step",
      "pause",
      "pause",
      "lock",
      "help",
      undefined,
    ]);
  });

  it("leaves the browser its own, and skips no question because a key was held", () => {
    expect(shortcut(press("l", { ctrlKey: true }))).toBeUndefined();
    expect(shortcut(press("p", { metaKey: true }))).toBeUndefined();
    expect(shortcut(press(" ", { repeat: true }))).toBeUndefined();
  });
});

describe("choiceKey", () => {
  it("takes numbers and letters for choices that are there", () => {
    expect(["1", "4", "a", "D", "5", "e", "0", "Enter", "-"].map((key) => choiceKey(press(key), 4))).toEqual([
      0,
      3,
      0,
      3,
      ...Array<undefined>(5).fill(undefined),
    ]);
  });
});

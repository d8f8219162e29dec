import { describe, expect, it } from "vitest";

import type { RoomState } from "../wire.ts";
import { isUp, leftMs, seconds, share } from "./timer.ts";

const running = { tick: 1, phase: "question", endsAt: 10_000, leftMs: 9_999, running: true };

describe("leftMs", () => {
  it("counts down to the end on the server's clock, and no further", () => {
    expect(leftMs(running, "question", 4_000)).toBe(6_000);
    expect(leftMs(running, "question", 11_000)).toBe(0);
  });

  it("stands still while the phase does not run", () => {
    expect(leftMs({ ...running, running: false, leftMs: 3_000 }, "question", 99_000)).toBe(3_000);
  });

  it("says nothing for another phase's timer, or none", () => {
    expect(leftMs(running, "reveal", 0)).toBeUndefined();
    expect(leftMs(undefined, "reveal", 0)).toBeUndefined();
  });

  it("says nothing for a phase without an end", () => {
    expect(leftMs({ tick: 1, phase: "lobby", running: false }, "lobby", 0)).toBeUndefined();
  });
});

describe("isUp", () => {
  const state = { phase: "question", paused: false } as RoomState;

  it("is so from a question's end on, and no sooner", () => {
    expect([9_999, 10_000, 11_000].map((now) => isUp(running, state, now))).toEqual([false, true, true]);
  });

  it("is not so while the question is paused, before its time is known, or in another phase", () => {
    expect(isUp({ ...running, running: false, leftMs: 0 }, { ...state, paused: true }, 11_000)).toBe(false);
    expect(isUp(undefined, state, 11_000)).toBe(false);
    expect(isUp({ ...running, phase: "reveal" }, { ...state, phase: "reveal" }, 11_000)).toBe(false);
  });
});

it("counts whole seconds up, so that 0 means over", () => {
  expect([20_000, 19_001, 1, 0].map(seconds)).toEqual([20, 20, 1, 0]);
});

it("shares out at most the whole of the time, also when extended", () => {
  const state = { phase: "question", question: { timeMs: 20_000 } } as RoomState;
  expect(share(5_000, state)).toBe(0.25);
  expect(share(30_000, state)).toBe(1);
  expect(share(5_000, { phase: "question" } as RoomState)).toBe(0);
});

it("shares out nothing of a phase whose whole is not told", () => {
  expect(share(5_000, { phase: "reveal", question: { timeMs: 20_000 } } as RoomState)).toBe(1);
});

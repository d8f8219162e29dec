import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { SeatId } from "../wire.ts";
import { Removals, UNDO_MS } from "./removals.svelte.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function made(): { removals: Removals; sent: SeatId[] } {
  const sent: SeatId[] = [];
  return { removals: new Removals((seat) => sent.push(seat)), sent };
}

it("tells the server once the time to undo is over, and not before", () => {
  const { removals, sent } = made();
  removals.add(1, "Ada");
  vi.advanceTimersByTime(UNDO_MS - 1);
  expect([sent, removals.has(1)]).toEqual([[], true]);
  vi.advanceTimersByTime(1);
  expect([sent, removals.due]).toEqual([[1], []]);
});

it("tells nobody of what was undone", () => {
  const { removals, sent } = made();
  removals.add(1, "Ada");
  removals.undo(1);
  vi.advanceTimersByTime(UNDO_MS);
  removals.flush();
  expect([sent, removals.due, vi.getTimerCount()]).toEqual([[], [], 0]);
});

it("brings back at the second press who was removed at the first", () => {
  const { removals, sent } = made();
  removals.toggle(1, "Ada");
  expect(removals.has(1)).toBe(true);
  removals.toggle(1, "Ada");
  vi.advanceTimersByTime(UNDO_MS);
  expect([sent, removals.due]).toEqual([[], []]);
});

it("holds several at once, each for its own time", () => {
  const { removals, sent } = made();
  removals.add(1, "Ada");
  vi.advanceTimersByTime(UNDO_MS / 2);
  removals.add(2, "Bo");
  removals.add(1, "Ada");
  expect(removals.due.map(({ name }) => name)).toEqual(["Ada", "Bo"]);
  vi.advanceTimersByTime(UNDO_MS / 2);
  expect([sent, removals.due.map(({ name }) => name)]).toEqual([[1], ["Bo"]]);
});

it("tells of each exactly once when the page is left", () => {
  const { removals, sent } = made();
  removals.add(1, "Ada");
  removals.add(2, "Bo");
  removals.flush();
  removals.flush();
  vi.advanceTimersByTime(UNDO_MS);
  expect(sent).toEqual([1, 2]);
});

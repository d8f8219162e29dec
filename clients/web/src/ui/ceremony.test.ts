import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Ceremony, PLACE_MS } from "./ceremony.svelte.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("shows one place after another by itself", () => {
  const ceremony = new Ceremony();
  ceremony.begin(28, false);
  const shown = [ceremony.unveiled?.shown];
  while (ceremony.running) {
    vi.advanceTimersByTime(PLACE_MS);
    shown.push(ceremony.unveiled?.shown);
  }
  expect(shown).toEqual([0, 1, 2, 3]);
  expect(vi.getTimerCount()).toBe(0);
});

it("goes faster when asked, and gives each place its time from then on", () => {
  const ceremony = new Ceremony();
  ceremony.begin(3, false);
  vi.advanceTimersByTime(PLACE_MS - 1);
  ceremony.next();
  vi.advanceTimersByTime(PLACE_MS - 1);
  expect(ceremony.unveiled?.shown).toBe(1);
  ceremony.next();
  ceremony.next();
  ceremony.next();
  expect(ceremony.unveiled).toEqual({ shown: 3, of: 3 });
});

it("has as many places as players", () => {
  const ceremony = new Ceremony();
  ceremony.begin(2, true);
  expect([ceremony.unveiled, ceremony.running]).toEqual([{ shown: 2, of: 2 }, false]);
  ceremony.begin(0, false);
  expect([ceremony.running, vi.getTimerCount()]).toEqual([false, 0]);
});

it("is over when the podium is", () => {
  const ceremony = new Ceremony();
  ceremony.begin(3, false);
  ceremony.stop();
  vi.advanceTimersByTime(PLACE_MS);
  expect(ceremony.unveiled).toBeUndefined();
});

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Part } from "./part.svelte.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("is fetched once, and not before it is asked for", async () => {
  const load = vi.fn(() => Promise.resolve("code"));
  const part = new Part(load);
  expect(load).not.toHaveBeenCalled();
  void part.fetch();
  await part.fetch();
  await part.fetch();
  expect(load).toHaveBeenCalledOnce();
  expect([part.code, part.failing]).toEqual(["code", false]);
});

it("says that it could not be had, and is tried again until it is", async () => {
  let broken = true;
  const load = vi.fn(() => (broken ? Promise.reject(new Error("no network")) : Promise.resolve("code")));
  const part = new Part(load);
  void part.fetch();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([part.code, part.failing]).toEqual([undefined, true]);
  const tries = load.mock.calls.length;
  expect(tries).toBeGreaterThan(2);
  broken = false;
  await vi.runAllTimersAsync();
  expect([part.code, part.failing]).toEqual(["code", false]);
  expect(load).toHaveBeenCalledTimes(tries + 1);
});

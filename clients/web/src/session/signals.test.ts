import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { Ack, LinkTold, Requests, SeatId } from "../wire.ts";
import { EVERY_MS, Signals } from "./signals.svelte.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

type Told = Ack<Requests["links"]["get"]>;

function made(): {
  signals: Signals;
  asked: (readonly SeatId[])[];
  answer: (told: Told) => Promise<unknown>;
} {
  const asked: (readonly SeatId[])[] = [];
  let settle: (told: Told) => void = () => undefined;
  const signals = new Signals((seats) => {
    asked.push(seats);
    return new Promise((resolve) => (settle = resolve));
  });
  const answer = (told: Told): Promise<unknown> => {
    settle(told);
    return vi.advanceTimersByTimeAsync(0);
  };
  return { signals, asked, answer };
}

const links: readonly LinkTold[] = [{ seat: 1, link: "websocket", rtt: 40 }];

it("asks again a while after each answer, about those who are there by then", async () => {
  const { signals, asked, answer } = made();
  let seats = [1];
  signals.follow(() => seats);
  await vi.advanceTimersByTimeAsync(EVERY_MS * 2);
  expect(asked).toEqual([[1]]);
  await answer({ ok: true, links });
  expect(signals.told?.[1]).toEqual(links[0]);
  seats = [1, 2];
  await vi.advanceTimersByTimeAsync(EVERY_MS - 1);
  expect(asked.length).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked[1]).toEqual([1, 2]);
});

it("keeps what was told when it is refused, and asks on", async () => {
  const { signals, asked, answer } = made();
  signals.follow(() => [1]);
  await answer({ ok: true, links });
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  await answer({ ok: false, code: "rate_limited", message: "" });
  expect(signals.told?.[1]).toEqual(links[0]);
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  expect(asked.length).toBe(3);
});

it("asks about nobody when nobody is there, and about no more than it is told of", async () => {
  const { signals, asked } = made();
  let seats: SeatId[] = [];
  signals.follow(() => seats);
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  expect([asked, signals.told]).toEqual([[], undefined]);
  seats = Array.from({ length: 301 }, (_, seat) => seat);
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  expect(asked[0]?.length).toBe(300);
});

it("asks no more once nobody looks, whatever is on its way", async () => {
  const { signals, asked, answer } = made();
  signals.follow(() => [1])();
  await answer({ ok: true, links });
  await vi.advanceTimersByTimeAsync(EVERY_MS * 2);
  expect([asked.length, signals.told, vi.getTimerCount()]).toEqual([1, undefined, 0]);
});

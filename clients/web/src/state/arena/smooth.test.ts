// What is shown of another who walks straight, at every frame, whatever the network does to the states on their way.
// The clock is the test's, and so is chance.
import { describe, expect, it } from "vitest";

import type { ArenaSeated, ArenaState } from "../../arena-wire.ts";
import { SPEED } from "./rules.ts";
import { taken } from "./taken.ts";
import { bodies, lateMs, onDelta, onSnapshot, seated, type World } from "./world.ts";

const HZ = 30;
const TICK = 1_000 / HZ;
const FRAME = 1_000 / 60;
const REACH = (1_000 * SPEED) / 1_000;

/** When the walker sets out, and at which wall they stand in the end. */
const FROM = { x: 50, t: 200 };
const UNTIL = 950;

/** As the server tells it: to a tenth. */
function walked(t: number): number {
  const x = Math.min(UNTIL, FROM.x + Math.max(0, t - FROM.t) * REACH);
  return Math.round(x * 10) / 10;
}

const state = (t: number): ArenaState => ({
  players: { 1: { x: 500, y: 500, score: 0 }, 2: { x: walked(t), y: 300, score: 0 } },
  coins: {},
});

const ack = (tick: number): ArenaSeated =>
  taken({ hz: HZ, tick, time: tick * TICK, state: state(tick * TICK) });

interface Network {
  /** How long the state of this tick is on its way. None overtakes another. */
  readonly delay: (tick: number) => number;
  /** Those that are never sent: this client was too slow for them, and the next one tells of both. */
  readonly skips?: (tick: number) => boolean;
  readonly sync: "delta" | "snapshot";
  /** The tick after which a delta is told that does not fit, and the whole view has to be asked for. */
  readonly tears?: number;
}

interface Shown {
  readonly now: number;
  readonly x: number;
}

/** All that is shown in four seconds. */
function watch({ delay, skips = () => false, sync, tears }: Network): readonly Shown[] {
  let world = seated(ack(0));
  const due: { at: number; hear: (now: number) => void }[] = [];
  let told = 0;
  let arrival = 0;
  for (let tick = 1; tick <= 4 * HZ; tick += 1) {
    const t = tick * TICK;
    const still = JSON.stringify(state(t)) === JSON.stringify(state(told * TICK));
    if (skips(tick) || (still && sync === "delta")) continue;
    const base = tick === tears ? told - 1 : told;
    told = tick;
    arrival = Math.max(arrival, t + delay(tick));
    const hear = (now: number): void => {
      world = sync === "snapshot" ? onSnapshot(world, { tick, t, state: state(t) }, now) : merged(now);
    };
    const merged = (now: number): World => {
      const patch = { players: { 2: { x: walked(t) } } };
      const next = onDelta(world, { tick, base, t, patch }, now);
      return next === "stale" ? seated(ack(tick), world) : next;
    };
    due.push({ at: arrival, hear });
  }
  const shown: Shown[] = [];
  for (let now = 0; now < 4_000; now += FRAME) {
    for (; due[0] !== undefined && due[0].at <= now; due.shift()) due[0].hear(now);
    shown.push({ now, x: bodies(world, now).find(({ seat }) => seat === 2)?.x ?? NaN });
  }
  return shown;
}

/** Chance that is the same each time. */
function chance(seed: number): () => number {
  let at = seed;
  return () => (at = (at * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const jitter = (least: number, most: number): ((tick: number) => number) => {
  const random = chance(7);
  return () => least + random() * (most - least);
};

const some = (share: number): ((tick: number) => boolean) => {
  const random = chance(11);
  return () => random() < share;
};

const steps = (shown: readonly Shown[]): readonly number[] =>
  shown.slice(1).map(({ x }, at) => x - (shown[at]?.x ?? NaN));

const LATE = lateMs({ reach: REACH, stepMs: TICK });

/** A tenth of a unit is what every place may be off by. */
const ROUNDED = 0.2;

describe.each(["delta", "snapshot"] as const)("by %s", (sync) => {
  describe.each<[string, Omit<Network, "sync">]>([
    ["an even network", { delay: () => 20 }],
    ["a trembling one", { delay: jitter(5, 60) }],
    ["states that were skipped", { delay: () => 20, skips: (tick) => tick % 3 === 1 }],
    ["both", { delay: jitter(5, 40), skips: (tick) => tick % 2 === 0 }],
  ])("over %s", (_, network) => {
    const shown = watch({ ...network, sync });

    it("walks as fast as a player walks, at every frame", () => {
      const walking = steps(shown).slice(Math.ceil((FROM.t + LATE + TICK) / FRAME), -12);
      const way = FRAME * REACH;
      for (const step of walking.slice(0, 120)) {
        expect(step).toBeGreaterThan(way - ROUNDED * 2);
        expect(step).toBeLessThan(way + ROUNDED * 2);
      }
    });

    it("is always where the walker was a moment before", () => {
      for (const { now, x } of shown) expect(Math.abs(x - walked(now - LATE))).toBeLessThan(TICK * REACH);
    });
  });

  describe.each<[string, Omit<Network, "sync">]>([
    ["states that were skipped at random", { delay: jitter(20, 80), skips: some(0.4) }],
    ["states that come too late", { delay: jitter(20, 400) }],
    [
      "half a second of silence",
      { delay: (tick) => (tick > 30 && tick < 45 ? (45 - tick) * TICK + 20 : 20) },
    ],
    ["half a second of lost states", { delay: () => 20, skips: (tick) => tick > 30 && tick < 45 }],
    ["a view that had to be asked for anew", { delay: () => 20, tears: 40 }],
  ])("after %s", (_, network) => {
    const shown = watch({ ...network, sync });

    it("never goes back", () => {
      for (const step of steps(shown)) expect(step).toBeGreaterThanOrEqual(-ROUNDED / 2);
    });

    it("is never ahead of the walker, and with them in the end", () => {
      for (const { now, x } of shown) expect(x).toBeLessThanOrEqual(walked(now) + ROUNDED);
      const last = shown.at(-1);
      expect(Math.abs((last?.x ?? NaN) - walked((last?.now ?? NaN) - LATE))).toBeLessThan(400 * REACH);
    });
  });
});

it("does not leap when the view had to be asked for anew", () => {
  const way = FRAME * REACH;
  for (const step of steps(watch({ delay: () => 20, sync: "delta", tears: 40 })))
    expect(step).toBeLessThan(way * 1.5);
});

it("stands at the last place that was told while nothing is heard, and guesses none", () => {
  const shown = watch({ delay: () => 20, skips: (tick) => tick > 30, sync: "delta" });
  expect(shown.at(-1)?.x).toBe(walked(30 * TICK));
});

import { expect, it } from "vitest";

import { at, begin, extend, type Track } from "./track.ts";

/** Half a unit in a millisecond. */
const GAIT = { reach: 0.5, stepMs: 33 };

const track = (...samples: [t: number, x: number][]): Track => {
  const [[t, x] = [0, 0], ...rest] = samples;
  return rest.reduce((all, [t, x]) => extend(all, { t, x, y: 0 }, GAIT), begin({ t, x, y: 0 }));
};

const x = (of: Track, t: number): number => at(of, t, GAIT).x;

it("walks from place to place", () => {
  const walk = track([0, 0], [100, 50], [200, 50], [300, 100]);
  expect([0, 50, 100, 150, 250].map((t) => x(walk, t))).toEqual([0, 25, 50, 50, 75]);
});

it("guesses neither before the first place nor after the last", () => {
  const walk = track([100, 10], [200, 60]);
  expect([x(walk, 0), x(walk, 5_000)]).toEqual([10, 60]);
});

it("does not creep through a rest: a player sets out as late as the way allows", () => {
  const walk = track([0, 0], [1_000, 50]);
  expect([500, 900, 950, 1_000].map((t) => x(walk, t))).toEqual([0, 0, 25, 50]);
});

it("walks slowly without a halt who walks slowly", () => {
  const walk = track([0, 0], [33, 3.3], [66, 6.6]);
  expect(x(walk, 16.5)).toBeCloseTo(1.65);
  expect(x(walk, 49.5)).toBeCloseTo(4.95);
});

it("puts there at once who can't have walked there", () => {
  const walk = track([0, 0], [10, 400]);
  expect([x(walk, 9), x(walk, 10)]).toEqual([0, 400]);
});

it("ignores what is older than what it knows", () => {
  const walk = track([100, 10], [200, 20]);
  expect(extend(walk, { t: 150, x: 99, y: 0 }, GAIT)).toBe(walk);
});

it("keeps a second, however long the walk", () => {
  let walk = track([0, 0]);
  for (let t = 33; t < 60_000; t += 33) walk = extend(walk, { t, x: t / 10, y: 0 }, GAIT);
  expect(walk.length).toBeLessThan(36);
  expect(x(walk, 59_500)).toBeCloseTo(5_950);
});

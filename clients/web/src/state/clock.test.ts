import { expect, it } from "vitest";

import { better, measure } from "./clock.ts";

it("takes the middle of the round trip for the moment the server answered", () => {
  expect(measure({ t0: 1000, t1: 5050, t2: 1100 })).toEqual({ aheadMs: 4000, roundTripMs: 100 });
});

it("keeps the quicker round trip, and of equals the later", () => {
  const slow = { aheadMs: 1, roundTripMs: 200 };
  const quick = { aheadMs: 2, roundTripMs: 20 };
  const later = { aheadMs: 3, roundTripMs: 20 };
  expect(better(undefined, slow)).toBe(slow);
  expect(better(slow, quick)).toBe(quick);
  expect(better(quick, slow)).toBe(quick);
  expect(better(quick, later)).toBe(later);
});

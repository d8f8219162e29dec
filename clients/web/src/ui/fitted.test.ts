import { expect, it } from "vitest";

import { largest } from "./fitted.ts";

const upTo = (most: number) => (size: number) => size <= most;

it("leaves what fits as it is", () => {
  expect(largest(22.5, 15, upTo(30))).toBe(22.5);
});

it("steps down to what fits", () => {
  expect(largest(22.5, 15, upTo(20))).toBe(19.5);
});

it("goes no further than can be read", () => {
  expect(largest(22.5, 15, upTo(10))).toBe(15);
  expect(largest(14, 15, upTo(10))).toBe(15);
});

import { expect, it } from "vitest";

import { lengthOf } from "./length.ts";

it("grows with the text", () => {
  expect([0, 80, 81, 200, 201].map((length) => lengthOf("x".repeat(length)))).toEqual([
    "short",
    "short",
    "long",
    "long",
    "prose",
  ]);
});

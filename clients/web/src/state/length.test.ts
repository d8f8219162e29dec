import { expect, it } from "vitest";

import { hasLongWord, lengthOf } from "./length.ts";

it("grows with the text", () => {
  expect([0, 80, 81, 200, 201].map((length) => lengthOf("x".repeat(length)))).toEqual([
    "short",
    "short",
    "long",
    "long",
    "prose",
  ]);
});

it("tells names with a long word, in any script, from those of many short ones", () => {
  expect(["Margaret", "Ada Lovelace", "A name as long as can be", "👩‍🚀"].map(hasLongWord)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

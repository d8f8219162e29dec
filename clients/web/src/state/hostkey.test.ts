import { expect, it } from "vitest";

import { keyIn } from "./hostkey.ts";

it("reads the key of a host's link", () => {
  expect(keyIn("#key=abc-123")).toBe("abc-123");
  expect(keyIn("#key=")).toBeUndefined();
  expect(keyIn("#other")).toBeUndefined();
  expect(keyIn("")).toBeUndefined();
});

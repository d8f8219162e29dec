import { expect, it } from "vitest";

import { squares } from "./qr.ts";

it("draws each run of dark squares once", () => {
  expect(
    squares([
      [true, true, false],
      [false, false, true],
    ]),
  ).toBe("M0 0h2v1h-2zM2 1h1v1h-1z");
  expect(squares([[false], []])).toBe("");
});

import { expect, it } from "vitest";

import { burst, COLOURS, fall, isGone } from "./confetti.ts";

/** Numbers as if by chance, the same each time. */
function chance(): () => number {
  let state = 7;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

it.each([
  [390, 844],
  [1920, 1080],
])("rises into a screen of %i by %i, and is gone from it within seconds", (width, height) => {
  const pieces = burst(120, width, height, chance());
  let highest = height;
  for (let frame = 0; frame < 60 * 6; frame += 1) {
    for (const piece of pieces) {
      fall(piece, 1 / 60);
      highest = Math.min(highest, piece.y);
    }
  }
  expect(highest).toBeLessThan(height / 3);
  expect(pieces.every((piece) => isGone(piece, height))).toBe(true);
});

it("comes from both sides, in every colour", () => {
  const pieces = burst(40, 1000, 500, chance());
  expect(new Set(pieces.map(({ x }) => x))).toEqual(new Set([0, 1000]));
  expect(new Set(pieces.map(({ colour }) => colour)).size).toBe(COLOURS);
});

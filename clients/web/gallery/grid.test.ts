import { expect, it } from "vitest";

import { cellsOf, differing, type Grid, lengthOf, shapeOf } from "./grid.ts";

const [WIDTH, HEIGHT] = [320, 640];
const shape = shapeOf(WIDTH, HEIGHT);

type Paint = (x: number, y: number) => readonly [number, number, number];

const PAPER = [246, 243, 236] as const;
const INK = [27, 35, 33] as const;
const GREEN = [13, 102, 88] as const;

function picture(paint: Paint): Grid {
  const pixels = new Float64Array(WIDTH * HEIGHT * 4).fill(255);
  for (let at = 0; at < WIDTH * HEIGHT; at += 1) {
    pixels.set(paint(at % WIDTH, Math.floor(at / WIDTH)), at * 4);
  }
  return { ...shape, cells: Uint8Array.from(cellsOf(pixels, WIDTH, HEIGHT, shape.cols, shape.rows)) };
}

const button =
  (left: number, top: number): Paint =>
  (x, y) =>
    x >= left && x < left + 120 && y >= top && y < top + 44 ? GREEN : PAPER;

/** A line of text is a third of ink, in strokes of two pixels. */
const line =
  (top: number): Paint =>
  (x, y) =>
    y >= top && y < top + 12 && x > 16 && x < 200 && x % 6 < 2 ? INK : PAPER;

it("has as many numbers as its shape says", () => {
  expect(picture(() => PAPER).cells).toHaveLength(lengthOf(shape));
});

it("sees no difference between a picture and itself", () => {
  expect(differing(picture(button(40, 300)), picture(button(40, 300)))).toEqual([]);
});

it("does not mind the edges of letters", () => {
  const soft: Paint = (x, y) => {
    const [r, g, b] = line(300)(x, y);
    return (x + y) % 2 === 0 ? [Math.min(255, r + 6), g, b] : [r, g, b];
  };
  expect(differing(picture(line(300)), picture(soft))).toEqual([]);
});

it("sees a button that moved by two pixels", () => {
  expect(differing(picture(button(40, 300)), picture(button(42, 300)))).not.toEqual([]);
});

it("sees a line that is lost, where it was", () => {
  const found = differing(
    picture(line(300)),
    picture(() => PAPER),
  );
  expect(found.map(({ row }) => row)).toContain(15);
  expect(found.every(({ row }) => row >= 12 && row <= 16)).toBe(true);
});

it("sees another colour of the same lightness", () => {
  const [r, g, b] = GREEN;
  // Less green and more red, as much as the eye takes for the same lightness.
  const other: Paint = (x, y) => (button(40, 300)(x, y) === PAPER ? PAPER : [r + 117.4, g - 59.8, b]);
  expect(differing(picture(button(40, 300)), picture(other))).not.toEqual([]);
});

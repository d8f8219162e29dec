// A picture as a few numbers: how light each of its cells is, and, more coarsely, which colour. Two pictures that look the same
// have the same numbers, give or take one; a line that is lost or a button that moved changes some. No browser, no files.

/** How far two of the numbers may be apart in pictures that are the same: edges fall into cells by parts of a pixel. */
const SLACK = 1;

export interface Shape {
  readonly cols: number;
  readonly rows: number;
}

export interface Grid extends Shape {
  /** Lightness by rows, then the two colour differences by rows of every fourth cell; each from 0 to 63. */
  readonly cells: Uint8Array;
}

/** The cells' count: about as many for any screen, and smaller ones on smaller screens. */
export function shapeOf(width: number, height: number): Shape {
  const side = width <= 400 ? 20 : width <= 800 ? 32 : width <= 1_300 ? 40 : 60;
  return { cols: Math.round(width / side), rows: Math.round(height / side) };
}

const coarse = (count: number): number => Math.ceil(count / 4);

/** How many numbers a grid of this shape has. */
export const lengthOf = ({ cols, rows }: Shape): number => cols * rows + 2 * coarse(cols) * coarse(rows);

/**
 * The numbers of an image, given as bytes of red, green, blue and opacity. It runs in a page as well, by its text: it calls
 * nothing from outside.
 */
export function cellsOf(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  cols: number,
  rows: number,
): number[] {
  const [wide, high] = [Math.ceil(cols / 4), Math.ceil(rows / 4)];
  const light = new Float64Array(cols * rows);
  const count = new Float64Array(cols * rows);
  const tint = [new Float64Array(wide * high), new Float64Array(wide * high)] as const;
  const tinted = new Float64Array(wide * high);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * rows) / height);
    for (let x = 0; x < width; x += 1) {
      const col = Math.floor((x * cols) / width);
      const at = (y * width + x) * 4;
      const [r = 0, g = 0, b = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
      const luma = 0.299 * r + 0.587 * g + 0.114 * b;
      const cell = row * cols + col;
      light[cell] = (light[cell] ?? 0) + luma;
      count[cell] = (count[cell] ?? 0) + 1;
      const patch = (row >> 2) * wide + (col >> 2);
      tint[0][patch] = (tint[0][patch] ?? 0) + (b - luma) / 2 + 128;
      tint[1][patch] = (tint[1][patch] ?? 0) + (r - luma) / 2 + 128;
      tinted[patch] = (tinted[patch] ?? 0) + 1;
    }
  }
  const mean = (sums: Float64Array, counts: Float64Array): number[] =>
    Array.from(sums, (sum, at) => Math.min(63, Math.max(0, Math.round(sum / (counts[at] ?? 1) / 4))));
  return [...mean(light, count), ...mean(tint[0], tinted), ...mean(tint[1], tinted)];
}

/** Where two grids of one shape differ: a place and a size each, in cells. None if they look the same. */
export function differing(one: Grid, other: Grid): { col: number; row: number; side: number }[] {
  const { cols, rows } = one;
  const apart = [...one.cells].flatMap((cell, at) =>
    Math.abs(cell - (other.cells[at] ?? 0)) > SLACK ? [at] : [],
  );
  return apart.map((at) => {
    if (at < cols * rows) return { col: at % cols, row: Math.floor(at / cols), side: 1 };
    const patch = (at - cols * rows) % (coarse(cols) * coarse(rows));
    return { col: (patch % coarse(cols)) * 4, row: Math.floor(patch / coarse(cols)) * 4, side: 4 };
  });
}

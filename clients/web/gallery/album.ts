// The pictures that are kept, as the text of one file: what they were made with, and a line a scene with the grids of all its
// looks and how long its page is at each. It reads and writes no file.
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";

import { type Grid, lengthOf, shapeOf } from "./grid.ts";
import { SCHEMES, SIZES } from "./look.js";

export interface Kept {
  readonly grid: Grid;
  /** How high the whole page is: what is below the screen's end has no picture. */
  readonly height: number;
}

export interface Album {
  /** The browser and the fonts: with others, no picture is the same. */
  readonly madeWith: string;
  /** By scene, then by look. */
  readonly scenes: ReadonlyMap<string, ReadonlyMap<string, Kept>>;
}

/** The name of one look at a scene. */
export const lookName = (width: number, scheme: string): string => `${width}-${scheme}`;

const LOOKS = SCHEMES.flatMap((scheme) =>
  SIZES.map(([width, height]) => ({ name: lookName(width, scheme), shape: shapeOf(width, height) })),
);

export function write({ madeWith, scenes }: Album): string {
  const lines = [...scenes]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([scene, looks]) => {
      const kept = LOOKS.flatMap(({ name }) => looks.get(name) ?? []);
      if (kept.length < LOOKS.length) throw new Error(`${scene} was not looked at in every way`);
      const cells = Buffer.concat(kept.map(({ grid }) => grid.cells));
      const heights = kept.map(({ height }) => height).join(",");
      return `${scene} ${heights} ${brotliCompressSync(cells).toString("base64")}`;
    });
  return `${[madeWith, ...lines].join("\n")}\n`;
}

export function read(text: string): Album {
  const [madeWith = "", ...lines] = text.trimEnd().split("\n");
  const scenes = lines.map((line): [string, Map<string, Kept>] => {
    const [scene = "", heights = "", packed = ""] = line.split(" ");
    const cells = brotliDecompressSync(Buffer.from(packed, "base64"));
    let from = 0;
    const looks = LOOKS.map(({ name, shape }, at): [string, Kept] => {
      const to = from + lengthOf(shape);
      const grid = { ...shape, cells: new Uint8Array(cells.subarray(from, to)) };
      from = to;
      return [name, { grid, height: Number(heights.split(",")[at]) }];
    });
    return [scene, new Map(looks)];
  });
  return { madeWith, scenes: new Map(scenes) };
}

import { describe, expect, it } from "vitest";

import { LANGUAGES } from "../i18n/languages.ts";
import { PART_NAMES, PARTS } from "../state/avatar.ts";
import { BODIES, EXTRAS, EYES, MOUTHS } from "./drawings.ts";

/** How many figures each command of a path takes. */
const TAKES: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, Q: 4, T: 2, A: 7, Z: 0 };

/**
 * The area of each shape in a path, by its corners and the points that bend its lines: positive if it runs clockwise.
 * An arc counts as the half of an ellipse, which all of them are.
 */
function areas(path: string): number[] {
  const found: number[] = [];
  let [x, y, corners, bulge]: [number, number, [number, number][], number] = [0, 0, [], 0];
  for (const [, letter = "", rest = ""] of path.matchAll(/([a-z])([^a-z]*)/gi)) {
    const command = letter.toUpperCase();
    const figures = (rest.match(/-?(\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
    const relative = letter !== command;
    for (let at = 0; at === 0 || at < figures.length; at += TAKES[command] || 1) {
      const some = figures.slice(at, at + (TAKES[command] ?? 0));
      const [fromX, fromY] = relative ? [x, y] : [0, 0];
      if (command === "M") {
        [x, y] = [fromX + (some[0] ?? 0), fromY + (some[1] ?? 0)];
        [corners, bulge] = [[[x, y]], 0];
      } else if (command === "Z") {
        const next = (which: number) => corners[(which + 1) % corners.length] ?? [0, 0];
        found.push(
          corners.reduce((sum, [a, b], which) => sum + (a * next(which)[1] - b * next(which)[0]) / 2, bulge),
        );
        [x, y] = corners[0] ?? [0, 0];
      } else if (command === "H") {
        corners.push([(x = fromX + (some[0] ?? 0)), y]);
      } else if (command === "V") {
        corners.push([x, (y = fromY + (some[0] ?? 0))]);
      } else {
        const [rx = 0, ry = 0, , , sweep = 0] = some;
        if (command === "A") bulge += ((sweep === 1 ? 1 : -1) * Math.PI * rx * ry) / 2;
        const points = command === "A" ? some.slice(5) : some;
        for (let pair = 0; pair < points.length; pair += 2) {
          corners.push([fromX + (points[pair] ?? 0), fromY + (points[pair + 1] ?? 0)]);
        }
        [x, y] = corners.at(-1) ?? [x, y];
      }
    }
  }
  return found;
}

const DRAWN = { body: BODIES, eyes: EYES, mouth: MOUTHS, extra: EXTRAS } as const;

describe.each(Object.entries(DRAWN))("%s", (part, drawings) => {
  it("has a drawing for each, and no two alike", () => {
    expect(drawings.length).toBe(PARTS[part as keyof typeof DRAWN]);
    expect(new Set(drawings.map((drawing) => JSON.stringify(drawing))).size).toBe(drawings.length);
  });

  it("is made of well-formed paths", () => {
    const paths = drawings.flatMap((drawing) =>
      typeof drawing === "string" ? drawing : Object.values(drawing),
    );
    for (const path of paths) expect(path).toMatch(/^M[-\d. MLHVCQTAZmlhvcqtaz]+$/);
  });

  it("is filled without a hole: every shape runs clockwise", () => {
    const filled = drawings.flatMap((drawing) =>
      typeof drawing === "string"
        ? drawing
        : Object.entries(drawing).flatMap(([layer, path]: [string, string]) =>
            layer === "line" ? [] : path,
          ),
    );
    for (const path of filled) {
      expect(areas(path).length, path).toBe(path.match(/M/g)?.length);
      for (const area of areas(path)) expect(area, path).toBeGreaterThan(0);
    }
  });
});

it.each(Object.entries(LANGUAGES))(
  "has a word for every part in %s, and no two alike",
  async (_, { load }) => {
    const { avatar } = await load();
    for (const part of PART_NAMES) {
      expect(avatar.of[part].length, part).toBe(PARTS[part]);
      expect(new Set(avatar.of[part]).size, part).toBe(PARTS[part]);
    }
  },
);

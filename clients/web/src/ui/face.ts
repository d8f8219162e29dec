// An avatar as layers of paths, back to front, in a square of 100 by 100, of which ears and hats stand out a little.
// It paints nothing: Avatar.svelte does as SVG, and the arena's board on its canvas.
import { PARTS, partsOf } from "../state/avatar.ts";
import { BODIES, EXTRAS, EYES, type Features, MOUTHS } from "./drawings.ts";

/** The square that holds all of every avatar: its corner, and its side. */
export const FRAME = { x: -2, y: -6, side: 104 } as const;

/** One path and what it is painted with; colours by the name of their token. */
export interface Layer {
  readonly path: string;
  readonly fill?: string;
  readonly stroke?: string;
  /** How wide the stroke is. Where there is a fill too, it lies over the inner half. */
  readonly width?: number;
  /** How much of what is below is hidden, where that is not all. */
  readonly opacity?: number;
}

const INK = "--face-ink";
/** Around what stands against the page, which may be dark. */
const RIM = "--face-rim";
const WHITE = "--face-white";

const CHEEKS = "M20 65a7 4.5 0 1 1 14 0 7 4.5 0 1 1-14 0zM66 65a7 4.5 0 1 1 14 0 7 4.5 0 1 1-14 0z";

export function layers(avatar: number): readonly Layer[] {
  const parts = partsOf(avatar);
  const colour = (which: number): string => `--face-${(which % PARTS.colour) + 1}`;
  const features = [EYES[parts.eyes] ?? {}, MOUTHS[parts.mouth] ?? {}];
  const both = (layer: keyof Features): string => features.map((each) => each[layer] ?? "").join("");
  const worn = EXTRAS[parts.extra] ?? {};
  const rim = (path: string | undefined, fill: string, width: number): Layer => ({
    path: path ?? "",
    fill,
    stroke: RIM,
    width,
  });
  const line = (path: string | undefined): Layer => ({ path: path ?? "", stroke: INK, width: 4 });
  const all: readonly Layer[] = [
    rim(BODIES[parts.body], colour(parts.colour), 6),
    { path: CHEEKS, fill: "--face-cheek", opacity: 0.7 },
    { path: both("white"), fill: WHITE },
    { path: both("dark"), fill: INK },
    { path: both("red"), fill: "--face-tongue" },
    { path: both("glint"), fill: WHITE },
    line(both("line")),
    line(worn.line),
    // Halfway round the row of colours: never close to the body's own.
    rim(worn.cloth, colour(parts.colour + PARTS.colour / 2), 5),
    rim(worn.white, WHITE, 5),
    rim(worn.gold, "--face-gold", 5),
  ];
  return all.filter(({ path }) => path !== "");
}

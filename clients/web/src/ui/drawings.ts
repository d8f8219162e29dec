// The drawings that avatars are put together from, as paths in a square of 100 by 100.
// They know no colours and no numbers; Avatar.svelte paints them, back to front.

/** A part of a face; each layer is one path, and is left out where it is empty. */
export interface Features {
  /** Filled white: of eyes, and teeth. */
  readonly white?: string;
  /** Filled dark. */
  readonly dark?: string;
  /** Drawn as a dark line. */
  readonly line?: string;
  /** Filled red: a tongue. */
  readonly red?: string;
  /** White again, over the dark: where the light falls. */
  readonly glint?: string;
}

/** What is worn, over everything else. */
export interface Worn {
  /** Filled in a colour that is not the body's. */
  readonly cloth?: string;
  /** Filled golden. */
  readonly gold?: string;
  /** Filled white. */
  readonly white?: string;
  /** Drawn as a dark line. */
  readonly line?: string;
}

/** An ellipse, turned by so many degrees, clockwise as all that is filled: shapes that overlap are one, without a hole. */
function oval(x: number, y: number, rx: number, ry = rx, turn = 0): string {
  const [dx, dy] = [Math.cos((turn * Math.PI) / 180) * rx, Math.sin((turn * Math.PI) / 180) * rx];
  const arc = (way: number): string =>
    `a${rx} ${ry} ${turn} 1 1 ${(2 * way * dx).toFixed(1)} ${(2 * way * dy).toFixed(1)}`;
  return `M${(x - dx).toFixed(1)} ${(y - dy).toFixed(1)}${arc(1)}${arc(-1)}z`;
}

/** The same on the left and on the right. */
const both = (dx: number, y: number, rx: number, ry = rx, turn = 0): string =>
  oval(50 - dx, y, rx, ry, turn) + oval(50 + dx, y, rx, ry, -turn);

/** In the order of their numbers: each a silhouette of its own, with its face around the middle. */
export const BODIES: readonly string[] = [
  // Round.
  oval(50, 56, 37, 36),
  // Square.
  "M31 19h38q17 0 17 17v38q0 17-17 17H31q-17 0-17-17V36q0-17 17-17z",
  // A triangle.
  "M50 12q9 0 14 9l25 48q10 22-13 22H24Q1 91 11 69l25-48q5-9 14-9z",
  // A drop.
  "M54 9q3 11 18 19 15 12 15 29 0 34-37 34T13 57q0-17 14-28Q47 19 54 9z",
  // A ghost.
  "M50 14q35 0 35 38v36q0 6-5 2l-7-5-11 7-12-7-12 7-11-7-7 5q-5 4-5-2V52q0-38 35-38z",
  // A cloud.
  oval(50, 38, 25) + both(24, 50, 18) + both(19, 71, 20) + oval(50, 62, 25),
  // A cat.
  "M15 49V15q0-7 6-3l17 12q12-3 24 0l17-12q6-4 6 3v34q3 6 3 12 0 30-38 30T12 61q0-6 3-12z",
  // A bear.
  oval(50, 57, 37, 34) + both(25, 28, 13),
  // A rabbit.
  oval(50, 63, 35, 28) + both(15, 25, 9, 22, -8),
  // A star.
  "M45 13q5-8 10 0l9 16q2 3 5 3l19 3q8 2 3 9L79 59q-2 3-2 6l2 20q0 8-7 5L53 82q-3-1-6 0l-19 8q-7 3-7-5l2-20q0-3-2-6L9 44q-5-7 3-9l19-3q3 0 5-3z",
];

export const EYES: readonly Features[] = [
  // Dots.
  { dark: both(13, 53, 5, 6), glint: oval(35, 50.5, 1.8) + oval(61, 50.5, 1.8) },
  // Big.
  { white: both(13, 52, 10), dark: both(12, 53, 5.5), glint: oval(36, 51, 2) + oval(60, 51, 2) },
  // Laughing.
  { line: "M30 55q7-10 14 0M56 55q7-10 14 0" },
  // One winks.
  { dark: oval(37, 53, 5, 6), glint: oval(35, 50.5, 1.8), line: "M56 54q7-8 14 0" },
  // Asleep.
  { line: "M30 52q7 8 14 0M56 52q7 8 14 0" },
  // One large eye.
  { white: oval(50, 49, 16, 15), dark: oval(50, 51, 8.5), glint: oval(47, 48, 3) },
  // Looking aside.
  {
    white: both(12, 52, 9, 11),
    dark: oval(43, 53, 5, 6) + oval(67, 53, 5, 6),
    glint: oval(44, 50, 1.8) + oval(68, 50, 1.8),
  },
  // Starry.
  {
    dark: both(13, 52, 9),
    glint: "M37 44q1 7 8 8-7 1-8 8-1-7-8-8 7-1 8-8zM63 44q1 7 8 8-7 1-8 8-1-7-8-8 7-1 8-8z",
  },
];

export const MOUTHS: readonly Features[] = [
  // A smile.
  { line: "M41 70q9 9 18 0" },
  // A laugh.
  { dark: "M38 68h24q1 15-12 15T38 68z", red: "M42 79q8-7 16 0-3 4-8 4t-8-4z" },
  // A cat's.
  { line: "M39 69q1 6 6 6t5-6q0 6 5 6t6-6" },
  // Amazed.
  { dark: oval(50, 74, 5.5, 6.5), red: oval(50, 77.5, 3.2, 2) },
  // Showing teeth.
  { white: "M37 68h26q0 12-13 12T37 68z", line: "M37 68h26q0 12-13 12T37 68zM46 68v11M54 68v11" },
  // To one side.
  { line: "M42 73q12 2 17-6" },
  // With its tongue out.
  { line: "M39 69q11 6 22 0", red: "M47 72h11v5q0 6-5.5 6T47 77z" },
  // Two teeth.
  {
    white: "M41 71h18v8q0 3-3 3H44q-3 0-3-3z",
    line: "M37 69q13 5 26 0M41 71v8q0 3 3 3h12q3 0 3-3v-8M50 72v10",
  },
];

export const EXTRAS: readonly Worn[] = [
  // Nothing.
  {},
  // A bow.
  {
    cloth:
      "M50 22Q40 34 33 32 29 31 29 22 28 13 32 11 40 8 50 20zM50 20q10-12 18-9 4 2 3 11 0 9-4 10-7 2-17-10z" +
      oval(50, 21, 6),
  },
  // A party hat.
  { cloth: "M50-2 67 28q-17 7-34 0z", white: "M37 21q13 5 26 0l4 7q-17 8-34 0z", gold: oval(50, 0, 6) },
  // A crown.
  { gold: "M30 29 27 6l13 10L50 1l10 15L73 6l-3 23q-20 6-40 0z", white: oval(50, 23, 4) + both(13, 22, 3) },
  // Glasses.
  { line: both(14, 52, 13) + "M47 50q3-2 6 0M23 49l-8-3M77 49l8-3" },
  // Headphones.
  {
    cloth:
      "M11 50C9-9 91-9 89 50h-5C83 3 17 3 16 50zM11 44q10-3 11 3v15q-1 6-11 3-5-2-5-10.5T11 44zM89 44q5 2 5 10.5T89 65q-10 3-11-3V47q1-6 11-3z",
  },
  // A sprout.
  { cloth: "M49 11h2v13h-2zM50 12q-19 3-21-11 17-4 21 11zM50 12q3-13 19-11-1 13-19 11z" },
  // A flower.
  {
    white: oval(64, 12, 6) + oval(73, 19, 6) + oval(70, 29, 6) + oval(58, 29, 6) + oval(55, 19, 6),
    gold: oval(64, 22, 6),
  },
  // A woolly hat.
  {
    cloth: "M24 32Q25 6 50 6t26 26z",
    white: "M25 27h50q5 0 5 5.5T75 38H25q-5 0-5-5.5T25 27z" + oval(50, 6, 7),
  },
  // A bow tie.
  {
    cloth:
      "M50 90q-12 12-17 9-3-2-3-9t3-9q5-3 17 9zM50 90q12-12 17-9 3 2 3 9t-3 9q-5 3-17-9z" + oval(50, 90, 5),
  },
];

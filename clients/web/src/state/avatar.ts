// An avatar is a number: which of each part it is made of, in mixed radix, the first part counting the least.
// What a part looks like is src/ui/drawings.ts; what it is called is in the catalogue of words.
import type { SeatId } from "../wire.ts";

/** The parts, and how many there are of each: 64,000 avatars in all. */
export const PARTS = { body: 10, colour: 10, eyes: 8, mouth: 8, extra: 10 } as const;

export type Part = keyof typeof PARTS;

/** Which of each part, from nought. */
export type Parts = Readonly<Record<Part, number>>;

export const PART_NAMES = Object.keys(PARTS) as readonly Part[];

/** How many avatars there are. */
export const AVATARS = Object.values(PARTS).reduce((product, count) => product * count, 1);

/** The parts of any number: those past the last avatar begin again at the first, so that every page shows the same. */
export function partsOf(avatar: number): Parts {
  let rest = wrap(Math.trunc(avatar), AVATARS);
  return mapped((part) => {
    const which = rest % PARTS[part];
    rest = (rest - which) / PARTS[part];
    return which;
  });
}

export function avatarOf(parts: Parts): number {
  return PART_NAMES.reduceRight((number, part) => number * PARTS[part] + wrap(parts[part], PARTS[part]), 0);
}

/** The avatar with another one of this part: the next, the one before. After the last comes the first. */
export function stepped(avatar: number, part: Part, by: number): number {
  const parts = partsOf(avatar);
  return avatarOf({ ...parts, [part]: parts[part] + by });
}

/** Any avatar but this one. `random` gives from 0 to less than 1. */
export function anyAvatar(random: () => number, but?: number): number {
  if (but === undefined) return Math.floor(random() * AVATARS);
  return wrap(but + 1 + Math.floor(random() * (AVATARS - 1)), AVATARS);
}

/** The avatar of somebody who has chosen none: the same wherever the seat and its name are known. */
export function avatarFor(seat: SeatId, name: string): number {
  // FNV-1a, then a multiplication that lets the low bits count for the high ones too.
  let hash = 0x811c9dc5 ^ seat;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) % AVATARS;
}

const wrap = (number: number, count: number): number => ((number % count) + count) % count;

const mapped = (which: (part: Part) => number): Parts =>
  Object.fromEntries(PART_NAMES.map((part) => [part, which(part)])) as Record<Part, number>;

// Where what is written at players goes, so that all of it can be read: above each, or below, or nowhere.
// It draws and measures nothing.
import type { Spot } from "../../arena-wire.ts";

/** Whom it is written at, and how large it is. */
export interface Label extends Spot {
  readonly width: number;
  readonly height: number;
}

/**
 * The top left corner of each on a board of this size, `away` from the middle of whom it is about; undefined for one that would
 * cover another. The first in the list come first.
 */
export function lay(labels: readonly Label[], away: number, size: number): readonly (Spot | undefined)[] {
  const laid: Label[] = [];
  return labels.map(({ x, y, width, height }) => {
    // Between pixels letters would be blurred.
    const left = Math.round(Math.min(size - width, Math.max(0, x - width / 2)));
    const place = [y - away - height, y + away]
      .map((top) => ({ x: left, y: Math.round(top), width, height }))
      .find((box) => box.y >= 0 && box.y + height <= size && !laid.some((other) => overlap(box, other)));
    if (place) laid.push(place);
    return place;
  });
}

function overlap(one: Label, other: Label): boolean {
  const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return across > 0 && down > 0;
}

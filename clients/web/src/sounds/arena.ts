// Which cues a change of the arena's scores calls for.
// Pure: nothing is heard or felt here; src/sounds/speaker.ts and src/sounds/buzz.ts see to that.
import { leaders, type Row } from "../state/arena/scores.ts";
import type { Cue } from "./cues.ts";

/** What of a table can be heard: one's own coins, and whether nobody has more or as many. */
export interface Purse {
  readonly coins: number;
  readonly leads: boolean;
}

/** Undefined for who only watches. */
export function purse(table: readonly Row[]): Purse | undefined {
  const own = table.find((row) => row.own);
  const first = leaders(table);
  return own && { coins: own.score, leads: first.length === 1 && first[0] === own };
}

/** What is to be heard. Whoever has just come hears nothing of what was before. */
export function purseCues(before: Purse | undefined, after: Purse): readonly Cue[] {
  if (before === undefined || after.coins <= before.coins) return [];
  return [after.leads && !before.leads ? "lead" : "coin"];
}

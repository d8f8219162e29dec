// Who has how many coins, in order, and what of it a screen reader is told.
// It knows nothing of places on the board.
import type { SeatId } from "../../wire.ts";
import { gamesText } from "../../i18n/games.svelte.ts";
import { text } from "../../i18n/text.svelte.ts";
import { avatarIn, type World } from "./world.ts";

export interface Row {
  readonly seat: SeatId;
  readonly name: string;
  readonly avatar: number;
  readonly score: number;
  readonly rank: number;
  readonly own: boolean;
}

/** The best of all, and oneself; equal scores share a rank. */
export function rows(world: World, most = 10): readonly Row[] {
  const all = Object.entries(world.state.players)
    .map(([seat, { score }]) => ({ seat: Number(seat), score }))
    .sort((one, other) => other.score - one.score || one.seat - other.seat);
  return all
    .map((row, place) => ({ ...row, place, own: row.seat === world.seat }))
    .filter(({ own, place }) => place < most || own)
    .map(({ seat, score, own }): Row => ({
      seat,
      score,
      rank: all.findIndex((row) => row.score === score) + 1,
      name: world.names.get(seat) ?? "",
      avatar: avatarIn(world, seat),
      own,
    }));
}

export const equal = (one: readonly Row[], other: readonly Row[]): boolean =>
  one.length === other.length &&
  one.every((row, place) => {
    const same = other[place];
    return (
      row.seat === same?.seat &&
      row.name === same.name &&
      row.avatar === same.avatar &&
      row.score === same.score &&
      row.rank === same.rank
    );
  });

/** Who has most, if anybody has anything. */
export function leaders(table: readonly Row[]): readonly Row[] {
  return table.filter(({ rank, score }) => rank === 1 && score > 0);
}

/** Own coins and place, and who leads, as one sentence or two for a live region. */
export function say(table: readonly Row[], players: number): string {
  const own = table.find((row) => row.own);
  const first = leaders(table);
  const yours = own && gamesText.arena.yours(own.score, own.rank, players);
  return [yours, lead(first)].filter((part) => part !== undefined).join(" ");
}

function lead(first: readonly Row[]): string | undefined {
  const [best] = first;
  if (best === undefined) return undefined;
  if (first.length > 1)
    return gamesText.arena.leadTogether(text.list(first.map(({ name }) => name)), best.score);
  return best.own ? gamesText.arena.youLead : gamesText.arena.leads(best.name, best.score);
}

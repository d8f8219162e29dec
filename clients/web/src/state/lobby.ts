// The games and the public rooms, in the order they are listed, and where each leads.
// It fetches nothing.
import type { Game, Listing } from "../arena-wire.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function isListing(room: unknown): room is Listing {
  if (!isRecord(room)) return false;
  const { room: code, game, players, capacity } = room;
  return (
    typeof code === "string" &&
    typeof game === "string" &&
    typeof players === "number" &&
    typeof capacity === "number"
  );
}

function isGame(game: unknown): game is Game {
  return isRecord(game) && typeof game["name"] === "string" && typeof game["title"] === "string";
}

/** The games in what `GET /api/games` answered; undefined if it is no such answer. */
export function gamesIn(body: unknown): readonly Game[] | undefined {
  const games = isRecord(body) ? body["games"] : undefined;
  return Array.isArray(games) ? games.filter(isGame) : undefined;
}

/** The same, those that this site plays first: the others offer nothing to press. */
export const playedFirst = (games: readonly Game[]): readonly Game[] =>
  [...games].sort(
    (one, other) => Number(pageOf(one.name) === undefined) - Number(pageOf(other.name) === undefined),
  );

export const isFull = ({ players, capacity }: Listing): boolean => players >= capacity;

/** The rooms in what `/lobby` said: those with a free seat first, of those the fullest first. */
export function roomsIn(said: unknown): readonly Listing[] {
  const rooms = isRecord(said) ? said["rooms"] : undefined;
  if (!Array.isArray(rooms)) return [];
  return rooms
    .filter(isListing)
    .sort(
      (one, other) =>
        Number(isFull(one)) - Number(isFull(other)) ||
        other.players - one.players ||
        one.room.localeCompare(other.room),
    );
}

/** The page on which this site plays rooms of a game, if it does. */
export function pageOf(game: string, room?: string): string | undefined {
  if (game === "quiz") return room === undefined ? "/" : `/join/${room}`;
  if (game === "arena") return room === undefined ? "/games/arena" : `/games/arena?room=${room}`;
  return undefined;
}

/** The words for a game among those there are; a server may have games that this site knows nothing of. */
export function about(game: string, words: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(words, game) ? words[game] : undefined;
}

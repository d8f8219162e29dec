// Where a refusal is said, and in which words.
// It decides nothing; the server has.
import { text } from "../text.ts";
import type { Refused } from "../wire.ts";

/** The part of a form that a fault belongs to; "form" for the whole of it. */
export type Place = "code" | "name" | "key" | "pack" | "form";

export interface Fault {
  readonly place: Place;
  readonly code: string;
  readonly words: string;
}

const PLACES: Readonly<Record<string, Place>> = {
  unknown_room: "code",
  room_ended: "code",
  room_full: "code",
  locked: "code",
  quiz_over: "code",
  unknown_game: "code",
  name_taken: "name",
  name_empty: "name",
  name_too_long: "name",
  name_invalid: "name",
  bad_key: "key",
  unknown_pack: "pack",
  bad_pack: "pack",
};

export function fault({ code, message }: Refused): Fault {
  const own = Object.entries(text.refusals).find(([known]) => known === code)?.[1];
  return { place: PLACES[code] ?? "form", code, words: own ?? (message || text.refusals.unknown) };
}

/** A fault found here, before anything was sent. */
export function own(place: Place, code: string, words: string): Fault {
  return { place, code, words };
}

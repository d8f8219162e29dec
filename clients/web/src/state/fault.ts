// Where a refusal is said, and in which words.
// It decides nothing; the server has.
import { text } from "../i18n/text.svelte.ts";
import type { Refused } from "../wire.ts";

/** The part of a form that a fault belongs to; "form" for the whole of it. */
export type Place = "code" | "name" | "key" | "pack" | "form";

export interface Fault {
  readonly place: Place;
  readonly code: string;
  readonly words: string;
}

const PLACES: Readonly<Partial<Record<Refused["code"], Place>>> = {
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

/** A refusal's fault, in our words for its code, else in the server's own. */
export function fault({ code, message }: Refused): Fault {
  return said(PLACES[code] ?? "form", code, message);
}

/** A fault found here, before anything was sent. */
export function own(place: Place, code: keyof typeof text.refusals): Fault {
  return said(place, code, "");
}

function said(place: Place, code: string, message: string): Fault {
  return {
    place,
    code,
    // Looked up when they are read: they follow the language.
    get words() {
      const known = Object.entries(text.refusals).find(([each]) => each === code)?.[1];
      return known ?? (message || text.refusals.unknown);
    },
  };
}

// How the people of a room look, for whatever shows one of them: told once by the page that has the room.
// It draws nothing; src/ui/Avatar.svelte does.
import { getContext, setContext } from "svelte";

import { avatarFor } from "../state/avatar.ts";
import { avatarIn, type Room } from "../state/room.ts";
import type { SeatId } from "../wire.ts";

type Looks = (seat: SeatId, name: string) => number;

const KEY = Symbol("looks");

/** From here down, people look as they do in the room that this has at the time. */
export function showLooks(of: { readonly room: Room | undefined }): void {
  setContext<Looks>(KEY, (seat, name) => (of.room ? avatarIn(of.room, seat, name) : avatarFor(seat, name)));
}

/** The avatar of a seat, by its number and name. */
export const looks = (): Looks => getContext<Looks | undefined>(KEY) ?? avatarFor;

// How a spectator asks for a place: without a name, which the room then gives.
// It sends nothing; src/session/ does.
import type { Join } from "../wire.ts";

/** A place to watch this room from. A place that waited in vain is asked for anew in the same way. */
export const placeIn = (room: string): Join => ({ room, role: "spectator", sync: "delta" });

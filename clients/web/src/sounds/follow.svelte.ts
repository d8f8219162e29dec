// Turns what happens in a session into cues, for as long as a component is there.
// What calls for which cue is src/sounds/cues.ts, and in the arena src/sounds/arena.ts.
import { untrack } from "svelte";

import type { Session } from "../session/session.svelte.ts";
import { leftMs, seconds } from "../state/timer.ts";
import { ticking } from "../ui/ticking.svelte.ts";
import { type Cue, cues, moment } from "./cues.ts";
import type { Sounds } from "./sounds.svelte.ts";

/**
 * Lets be heard what `called` makes of each moment and the one before. Call it while a component is being set up; it ends
 * with the component.
 */
export function follow<M>(
  sounds: Pick<Sounds, "cue">,
  present: () => M | undefined,
  called: (before: M | undefined, after: M) => readonly Cue[],
): void {
  let before: M | undefined;
  $effect(() => {
    const after = present();
    untrack(() => {
      for (const cue of after === undefined ? [] : called(before, after)) sounds.cue(cue);
    });
    before = after;
  });
}

/** The same for a quiz. */
export function followRoom(sounds: Sounds, session: Session): void {
  const time = ticking(() => session.serverNow());
  const left = $derived.by(() => {
    const ms = session.room && leftMs(session.room.timer, session.room.state.phase, time.now);
    return ms === undefined ? undefined : seconds(ms);
  });
  const present = () => {
    const lockedIn = session.answer !== undefined && session.pending === undefined;
    return session.room && moment(session.room, { seconds: left, lockedIn });
  };
  follow(sounds, present, cues);
}

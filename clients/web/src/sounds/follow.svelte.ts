// Turns what happens in a session's room into cues, for as long as a component is there.
// What calls for which cue is src/sounds/cues.ts.
import { untrack } from "svelte";

import type { Session } from "../session/session.svelte.ts";
import { leftMs, seconds } from "../state/timer.ts";
import { ticking } from "../ui/ticking.svelte.ts";
import { cues, type Moment, moment } from "./cues.ts";
import type { Sounds } from "./sounds.svelte.ts";

/** Call it while a component is being set up; it ends with the component. */
export function followRoom(sounds: Sounds, session: Session): void {
  const time = ticking(() => session.serverNow());
  const left = $derived.by(() => {
    const ms = session.room && leftMs(session.room.timer, session.room.state.phase, time.now);
    return ms === undefined ? undefined : seconds(ms);
  });
  let before: Moment | undefined;
  $effect(() => {
    const lockedIn = session.answer !== undefined && session.pending === undefined;
    const after = session.room && moment(session.room, { seconds: left, lockedIn });
    untrack(() => {
      for (const cue of after ? cues(before, after) : []) sounds.cue(cue);
    });
    before = after;
  });
}

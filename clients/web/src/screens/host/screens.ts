// Which screen the hall sees in each phase: the host, and whoever watches.
// What is shown outside a room - the key, the packs - is Host.svelte's.
import type { Component } from "svelte";

import type { Removals } from "../../session/removals.svelte.ts";
import type { Session } from "../../session/session.svelte.ts";
import type { Room } from "../../state/room.ts";
import type { Phase } from "../../wire.ts";
import Countdown from "../../ui/Countdown.svelte";
import Leaderboard from "./Leaderboard.svelte";
import Lobby from "./Lobby.svelte";
import Podium from "./Podium.svelte";
import Question from "./Question.svelte";
import Reveal from "./Reveal.svelte";

export interface ScreenProps {
  readonly session: Session;
  readonly room: Room;
  /** The site that players are sent to. */
  readonly site: string;
  /** Who is being removed, and a way to remove others; undefined where the room is only shown. */
  readonly removals?: Removals | undefined;
}

export const SCREENS: Readonly<Record<Phase, Component<ScreenProps>>> = {
  lobby: Lobby,
  countdown: Countdown,
  question: Question,
  reveal: Reveal,
  leaderboard: Leaderboard,
  podium: Podium,
};

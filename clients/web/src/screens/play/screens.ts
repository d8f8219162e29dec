// Which screen a player sees in each phase.
// What is shown outside a room - the form, a lost seat - is Play.svelte's.
import type { Component } from "svelte";

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
}

export const SCREENS: Readonly<Record<Phase, Component<ScreenProps>>> = {
  lobby: Lobby,
  countdown: Countdown,
  question: Question,
  reveal: Reveal,
  leaderboard: Leaderboard,
  podium: Podium,
};

// What the large button says that goes one step on, for the host's page and its remote alike.
// What it does is src/state/controls.ts.
import { text } from "../i18n/text.svelte.ts";
import type { RoomState } from "../wire.ts";

export function stepWords({ phase, index, total }: RoomState): string {
  const last = index + 1 >= total;
  switch (phase) {
    case "lobby":
      return text.host.start;
    // Not to be pressed yet, and what it will be for as soon as it is.
    case "countdown":
    case "question":
      return text.host.skip;
    case "reveal":
      return last ? text.host.toPodium : text.host.toLeaderboard;
    case "leaderboard":
      return last ? text.host.toPodium : text.host.toNext;
    case "podium":
      return text.host.toNextPlace;
  }
}

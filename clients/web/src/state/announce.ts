// What a screen reader is told when the phase changes, as one sentence for a live region.
// It repeats nothing that the screen's own headings and controls say when reached.
import { text } from "../i18n/text.svelte.ts";
import type { RoomState, Standing } from "../wire.ts";
import type { Room } from "./room.ts";

/** Parts of what is said, each as a sentence of its own. */
const sentences = (...parts: (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined && part !== "")
    .map((part) => (/[.!?]$/.test(part ?? "") ? part : `${part}.`))
    .join(" ");

const names = (rows: readonly Standing[]): string => text.list(rows.map(({ name }) => name));

function correct({ question, reveal }: RoomState): string {
  const right = question?.choices.filter(({ id }) => reveal?.correct.includes(id)) ?? [];
  return `${text.reveal.correctIs(right.length)}: ${text.list(right.map((choice) => choice.text))}`;
}

/** The verdict on this seat's answer, in words; undefined while there is none. */
export function verdict({ state, you, role }: Room): string | undefined {
  if (role !== "player" || state.phase !== "reveal") return undefined;
  if (!you.answered) return text.reveal.none;
  if (you.correct === undefined) return text.reveal.timeUp;
  if (you.correct) return text.reveal.right;
  return (you.gain ?? 0) > 0 ? text.reveal.partly : text.reveal.wrong;
}

/** One sentence or two about where the room is. It stays the same while the phase does. */
export function announce(room: Room): string {
  const { state, you } = room;
  switch (state.phase) {
    case "lobby":
      return text.phases.lobby;
    case "countdown":
      return sentences(text.countdown.ready, text.questionOf(state.index, state.total));
    case "question":
      return `${text.questionOf(state.index, state.total)}: ${state.question?.text ?? ""}`;
    case "reveal":
      return sentences(verdict(room), correct(state), you.gain ? text.points(you.gain) : undefined);
    case "leaderboard":
      return sentences(text.leaderboard.title, names(state.leaderboard?.slice(0, 3) ?? []));
    case "podium":
      return sentences(text.podium.title, winners(state));
  }
}

/** Who won, in words. */
export function winners({ leaderboard = [] }: RoomState): string {
  const first = leaderboard.filter(({ rank }) => rank === 1);
  if (first.length === 0) return text.podium.empty;
  return first.length === 1 ? text.podium.winner(names(first)) : text.podium.winners(names(first));
}

// What a screen reader is told when the phase changes, as one sentence for a live region.
// It repeats nothing that the screen's own headings and controls say when reached.
import { text } from "../i18n/text.svelte.ts";
import type { RoomState, Standing } from "../wire.ts";
import { OUTCOMES, outcomes } from "./outcome.ts";
import { veiled, waits } from "./podium.ts";
import { type Room, taken } from "./room.ts";

/** Parts of what is said, each as a sentence of its own. */
const sentences = (...parts: (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined && part !== "")
    .map((part) => (/[.!?]$/.test(part ?? "") ? part : `${part}.`))
    .join(" ");

const namesOf = (rows: readonly Standing[] = []): readonly string[] => rows.map(({ name }) => name);

function correct({ question, reveal }: RoomState): string {
  const right = question?.choices.filter(({ id }) => reveal?.correct.includes(id)) ?? [];
  return `${text.reveal.correctIs(right.length)}: ${text.list(right.map((choice) => choice.text))}`;
}

/** Which of several choices this seat found, missed and chose by mistake; nothing if it found them all. */
function became(room: Room): string[] {
  const { question, reveal } = room.state;
  const found = outcomes(question, reveal, taken(room));
  if (room.you.correct) return [];
  return OUTCOMES.flatMap((how) => {
    const choices = question?.choices.filter(({ id }) => found.get(id) === how) ?? [];
    return choices.length === 0
      ? []
      : [`${text.reveal[how]}: ${text.list(choices.map((choice) => choice.text))}`];
  });
}

/** The verdict on this seat's answer, in words; undefined while there is none. */
export function verdict({ state, you, role }: Room): string | undefined {
  if (role !== "player" || state.phase !== "reveal") return undefined;
  if (!you.answered) return text.reveal.none;
  if (you.correct === undefined) return text.reveal.timeUp;
  if (you.correct) return text.reveal.right;
  return (you.gain ?? 0) > 0 ? text.reveal.partly : text.reveal.wrong;
}

const ownPlace = ({ you }: Room): string | undefined =>
  you.ahead && text.reveal.behind(you.ahead.by, you.ahead.name);

const ownRank = ({ role, you }: Room): string | undefined =>
  role === "player" && you.rank > 0 ? `${text.reveal.rank}: ${text.ordinal(you.rank)}` : undefined;

/** The seconds left at which a question's time is told, the last ones first. */
const TOLD_S = [5, 10] as const;

/** How much time a question still has, said twice in its course and not at all where it had no more to begin with. */
export function timeWarning(seconds: number, { question, paused }: RoomState): string {
  if (paused || seconds <= 0) return "";
  const told = TOLD_S.find((at) => seconds <= at);
  if (told === undefined || (question?.timeMs ?? 0) <= told * 1000) return "";
  return text.secondsLeft(told);
}

/** One sentence or two about where the room is. It stays the same while the phase does, but for the podium's places. */
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
      return sentences(
        verdict(room),
        correct(state),
        ...became(room),
        you.gain ? text.points(you.gain) : undefined,
        ownRank(room),
        ownPlace(room),
      );
    case "leaderboard":
      return sentences(
        text.leaderboard.title,
        text.list(namesOf(state.leaderboard?.slice(0, 3))),
        ownRank(room),
        ownPlace(room),
      );
    case "podium":
      return sentences(
        text.podium.title,
        veiled(state) > 0 ? undefined : winners(first(state)),
        finish(room),
      );
  }
}

/** Where this player finished, in words, once their place is shown. */
export function finish({ role, seat, state, you }: Room): string | undefined {
  return role === "player" && you.rank > 0 && !waits(state, seat) ? text.podium.youCame(you.rank) : undefined;
}

/** The names of all who came first. */
export function first({ leaderboard }: RoomState): readonly string[] {
  return namesOf(leaderboard?.filter(({ rank }) => rank === 1));
}

/** That these won, in words. */
export function winners(names: readonly string[]): string {
  const [name] = names;
  if (name === undefined) return text.podium.empty;
  return names.length === 1 ? text.podium.winner(name) : text.podium.winners(names);
}

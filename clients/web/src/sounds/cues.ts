// Which cues a change of what is shown calls for.
// Pure: nothing is heard or felt here; src/sounds/speaker.ts and src/sounds/buzz.ts see to that.
import { unveiled, type Unveiled, waits } from "../state/podium.ts";
import type { Room } from "../state/room.ts";
import type { Phase, Role } from "../wire.ts";

export type Cue =
  | "joined"
  | "tick"
  | "question"
  | "hurry"
  | "lockedIn"
  | "reveal"
  | "right"
  | "wrong"
  | "leaderboard"
  | "step"
  | "fanfare"
  | "coin"
  | "lead";

/** What of a screen can be heard. */
export interface Moment {
  readonly role: Role;
  readonly phase: Phase;
  readonly index: number;
  readonly players: number;
  /** Whole seconds that the phase still has; undefined where no time runs. */
  readonly seconds: number | undefined;
  /** Whether the server has this seat's answer. */
  readonly lockedIn: boolean;
  /** Whether that answer was right, once it is known. */
  readonly correct: boolean | undefined;
  readonly rank: number;
  /** How far the podium is shown. */
  readonly podium: Unveiled | undefined;
  /** Whether this seat's own place is out. */
  readonly finished: boolean;
}

/** The last seconds of a question and of a countdown that are counted aloud. */
const COUNTED_S = { question: 5, countdown: 3 } as const;

const PODIUM_RANKS = 3;

export function moment({ role, seat, state, you }: Room, now: Pick<Moment, "seconds" | "lockedIn">): Moment {
  const { phase, index, players, paused } = state;
  return {
    role,
    phase,
    index,
    players,
    seconds: paused ? undefined : now.seconds,
    lockedIn: phase === "question" && now.lockedIn,
    correct: phase === "reveal" && you.answered ? you.correct : undefined,
    rank: you.rank,
    podium: unveiled(state),
    finished: phase === "podium" && !waits(state, seat),
  };
}

/** What is to be heard, in order. Whoever has just come hears nothing of what was before. */
export function cues(before: Moment | undefined, after: Moment): readonly Cue[] {
  if (before === undefined) return [];
  const entered = before.phase !== after.phase || before.index !== after.index;
  const second = after.seconds !== (entered ? undefined : before.seconds) ? after.seconds : undefined;
  switch (after.phase) {
    case "lobby":
      return after.role !== "player" && after.players > before.players ? ["joined"] : [];
    case "countdown":
      return counted(second, COUNTED_S.countdown) ? ["tick"] : [];
    case "question":
      if (entered) return ["question"];
      if (after.lockedIn && !before.lockedIn) return ["lockedIn"];
      return counted(second, COUNTED_S.question) ? ["hurry"] : [];
    case "reveal":
      if (after.role !== "player") return entered ? ["reveal"] : [];
      // The verdict may come a moment after the phase.
      if (after.correct === undefined || (!entered && before.correct !== undefined)) return [];
      return [after.correct ? "right" : "wrong"];
    case "leaderboard":
      return entered ? ["leaderboard"] : [];
    case "podium":
      return after.role === "player" ? ownFinish(before, after) : steps(before.podium, after.podium);
  }
}

const counted = (second: number | undefined, from: number): boolean =>
  second !== undefined && second >= 1 && second <= from;

const ownFinish = (before: Moment, { finished, rank }: Moment): readonly Cue[] =>
  finished && !before.finished && rank >= 1 && rank <= PODIUM_RANKS ? ["fanfare"] : [];

function steps(before: Unveiled | undefined, after: Unveiled | undefined): readonly Cue[] {
  const { shown, of } = after ?? { shown: 0, of: 0 };
  if (shown === 0 || shown <= (before?.shown ?? 0)) return [];
  return [shown < of ? "step" : "fanfare"];
}

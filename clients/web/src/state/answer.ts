// A player's answer on its way: chosen, sent, taken, or refused.
// Whether it counts is the server's to say; this only knows what to show and what to send again.
import type { AnswerInput, ChoiceId, Question } from "../wire.ts";
import { type Room, taken } from "./room.ts";

/** An answer given here that the server has not confirmed. */
export interface Pending {
  readonly index: number;
  readonly choices: readonly ChoiceId[];
}

export type Kind = "one" | "many";

/** How a kind of question is answered here; undefined for a kind this page does not know. */
export function kindOf(question: Question): Kind | undefined {
  switch (question.kind) {
    case "single":
    case "truefalse":
      return "one";
    case "multiple":
      return "many";
    default:
      return undefined;
  }
}

export function toggled(choices: readonly ChoiceId[], id: ChoiceId): readonly ChoiceId[] {
  return choices.includes(id) ? choices.filter((other) => other !== id) : [...choices, id];
}

/** What to say to the server; undefined if there is nothing to answer. */
export function inputFor(room: Room, pending: Pending): AnswerInput | undefined {
  const { question, phase, index } = room.state;
  if (phase !== "question" || question === undefined || index !== pending.index) return undefined;
  if (kindOf(question) === "many") return { type: "answer", index, choices: pending.choices };
  const [choice] = pending.choices;
  return choice === undefined ? undefined : { type: "answer", index, choice };
}

/** What this seat has answered: as the server has it, else as it is on its way. */
export function answered(room: Room, pending: Pending | undefined): readonly ChoiceId[] | undefined {
  const known = taken(room);
  if (known !== undefined) return known;
  return pending?.index === room.state.index ? pending.choices : undefined;
}

/** What remains pending after the room has changed: nothing once it is taken or its question is over. */
export function stillPending(room: Room, pending: Pending | undefined): Pending | undefined {
  if (pending === undefined || taken(room) !== undefined) return undefined;
  return room.state.phase === "question" && room.state.index === pending.index ? pending : undefined;
}

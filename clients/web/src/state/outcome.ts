// What became of each choice of a question with several right ones: found, missed, or chosen by mistake.
// It judges no answer; what that was worth is the server's to say.
import type { ChoiceId, Question, Reveal } from "../wire.ts";
import { kindOf } from "./answer.ts";

export const OUTCOMES = ["found", "missed", "mistaken"] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** By choice; none for those rightly let alone, without an answer, and where a verdict on the one answer says it all. */
export function outcomes(
  question: Question | undefined,
  reveal: Reveal | undefined,
  chosen: readonly ChoiceId[] | undefined,
): ReadonlyMap<ChoiceId, Outcome> {
  if (!question || !reveal || !chosen || kindOf(question) !== "many") return new Map();
  const became = question.choices.map(({ id }) => [id, outcome(id, reveal, chosen)] as const);
  return new Map(became.flatMap(([id, how]) => (how === undefined ? [] : [[id, how] as const])));
}

function outcome(id: ChoiceId, { correct }: Reveal, chosen: readonly ChoiceId[]): Outcome | undefined {
  if (chosen.includes(id)) return correct.includes(id) ? "found" : "mistaken";
  return correct.includes(id) ? "missed" : undefined;
}

// What a quiz came to, as it is shown, heard and saved: a question's bar in its parts, shares, and the table of results.
// It adds up what the server counted, draws nothing and saves nothing.
import { text } from "../i18n/text.svelte.ts";
import type { PlayedQuestion, QuizSummary, Standing } from "../wire.ts";
import type { Cell } from "./csv.ts";

/** So many of the standings are shown; all that are known are in the table. */
export const SHOWN = 50;

export type Part = "right" | "partly" | "wrong" | "none";

export interface Slice {
  readonly part: Part;
  readonly count: number;
  /** Of all who could answer, 0 to 1. */
  readonly share: number;
}

/** How those who could answer a question did; parts that nobody is in are left out. */
export function slices({ players, answered, right, partly }: PlayedQuestion): readonly Slice[] {
  const counts: readonly (readonly [Part, number])[] = [
    ["right", right],
    ["partly", partly],
    ["wrong", answered - right - partly],
    ["none", players - answered],
  ];
  return counts
    .filter(([, count]) => count > 0)
    .map(([part, count]) => ({ part, count, share: count / players }));
}

/** How many of the answers were right, 0 to 1; undefined without any. */
export function rightShare({ answered, right }: QuizSummary): number | undefined {
  return answered > 0 ? right / answered : undefined;
}

/** The first of the final standings. */
export function standings({ results }: QuizSummary): readonly Standing[] {
  return results.slice(0, SHOWN).map(({ seat, name, score, rank }) => ({ seat, name, score, rank, gain: 0 }));
}

/** What a screen reader is told as the summary is shown. */
export function heard(summary: QuizSummary | undefined): string {
  const share = summary && rightShare(summary);
  return share === undefined ? text.host.summary.title : text.host.summary.heard(text.percent(share));
}

/** The results as a table: a row for each player, a column for the points of each question, nothing where no answer was given. */
export function table({ questions, results }: QuizSummary): readonly (readonly Cell[])[] {
  const { rank, name, score } = text.leaderboard;
  return [
    [rank, name, score, ...questions.map((question, index) => `${index + 1}. ${question.text}`)],
    ...results.map((row) => [row.rank, row.name, row.score, ...row.gains.map((gain) => gain ?? undefined)]),
  ];
}

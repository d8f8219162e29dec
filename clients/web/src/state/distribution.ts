// How the answers fell, choice by choice, for the bars of the reveal.
// It draws nothing.
import type { Question, Reveal } from "../wire.ts";
import { type Mark, mark } from "./choices.ts";

export interface Bar {
  readonly id: number;
  readonly text: string;
  readonly mark: Mark;
  readonly count: number;
  /** The bar's length as a share of the longest one, 0 to 1. */
  readonly share: number;
  readonly correct: boolean;
}

export function bars(question: Question, reveal: Reveal): readonly Bar[] {
  const counts = question.choices.map(({ id }) => reveal.counts[String(id)] ?? 0);
  const most = Math.max(1, ...counts);
  return question.choices.map(({ id, text }, position) => ({
    id,
    text,
    mark: mark(position),
    count: counts[position] ?? 0,
    share: (counts[position] ?? 0) / most,
    correct: reveal.correct.includes(id),
  }));
}

// A quiz as the server has recorded it, and its scores computed anew from who answered what, and when.
// It takes no score from the server: the formula is that of docs/events.md and docs/packs.md.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Asked } from "./every-kind.ts";

interface Line {
  readonly what: string;
  /** Microseconds since the room opened. */
  readonly at: number;
  readonly seat?: number;
  readonly name?: string;
  readonly role?: string;
  readonly refused?: string;
  readonly phase?: string;
  /** As `at`. */
  readonly endsAt?: number;
  readonly input?: { type: string; ms?: number; index?: number; choice?: number; choices?: number[] };
}

export interface Result {
  readonly rank: number;
  readonly name: string;
  readonly points: number;
}

/** What the server has written down of this room so far. */
export async function recorded(folder: string, room: string): Promise<readonly Line[]> {
  const text = await readFile(join(folder, `${room}.jsonl`), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

export const reached = (lines: readonly Line[], phase: string): boolean =>
  lines.some((line) => line.what === "timer" && line.phase === phase);

/** The answers of this name that were taken, by question. */
export const answersOf = (lines: readonly Line[], name: string): readonly (number | undefined)[] =>
  lines
    .filter((line) => line.name === name && line.input?.type === "answer" && line.refused === undefined)
    .map((line) => line.input?.index);

/** Everybody's rank and points in the end, the best first. */
export function results(lines: readonly Line[], questions: readonly Asked[]): readonly Result[] {
  const points = new Map<string, number>();
  let longerUs = 0;
  let endsAt = 0;
  let before = "";
  for (const line of lines) {
    const { what, name = "", input, refused } = line;
    if (what === "joined" && line.role === "player") points.set(name, 0);
    if (what === "timer") {
      if (line.phase !== before) longerUs = 0;
      before = line.phase ?? "";
      endsAt = line.endsAt ?? endsAt;
    }
    if (refused !== undefined) continue;
    if (input?.type === "extend") {
      longerUs += (input.ms ?? 0) * 1000;
      endsAt += (input.ms ?? 0) * 1000;
    }
    const question = input?.type === "answer" ? questions[input.index ?? -1] : undefined;
    if (question === undefined) continue;
    const spentMs = question.timeMs + (longerUs - (endsAt - line.at)) / 1000;
    const chosen = input?.choices ?? [input?.choice ?? -1];
    points.set(name, (points.get(name) ?? 0) + gain(question, chosen, spentMs));
  }
  const rows = [...points].toSorted(([, one], [, other]) => other - one);
  return rows.map(([name, has]) => ({
    rank: 1 + rows.filter(([, other]) => other > has).length,
    name,
    points: has,
  }));
}

/** Answers this soon get all the points. */
const WHOLE_MS = 500;

function gain(
  { correct, credit = "all", points, timeMs }: Asked,
  chosen: readonly number[],
  spentMs: number,
): number {
  const right = chosen.filter((id) => correct.includes(id)).length;
  const wrong = chosen.length - right;
  const share = Math.max(0, right - wrong) / correct.length;
  const worth = share === 1 || credit === "partial" ? share : 0;
  const late = spentMs < WHOLE_MS ? 0 : Math.min(1, spentMs / timeMs);
  return Math.round((1 - late / 2) * points * worth);
}

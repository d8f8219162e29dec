// Recomputes a quiz's scores from what the server recorded of arrivals, and from the pack: nothing else.
// It shares no code with the server, and trusts none of its sums.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const WHOLE_POINTS_MS = 500;

/** All entries of one room, in order, from the files of the server's `--record` folder. */
export async function entriesOf(folder, room) {
  const entries = [];
  for (const name of (await readdir(folder)).sort()) {
    const lines = (await readFile(join(folder, name), "utf8")).split("\n");
    entries.push(...lines.filter(Boolean).map((line) => JSON.parse(line)));
  }
  return entries.filter((entry) => entry.room === room);
}

/**
 * Scores by seat: for each question the first accepted answer, worth what its time of arrival says.
 * `at` is in microseconds since the room opened.
 */
export function recompute(entries, questions) {
  const scores = new Map();
  const answers = new Map();
  const faults = [];
  let index = -1;
  let opened;
  for (const entry of entries) {
    if (entry.what === "joined" && entry.role === "player") scores.set(entry.seat, 0);
    if (entry.what === "timer" && entry.phase === "countdown") opened = undefined;
    if (entry.what === "timer" && entry.phase === "question" && entry.running && opened === undefined) {
      index += 1;
      opened = entry.at;
    }
    if (entry.what !== "input" || entry.input.type !== "answer" || entry.refused !== undefined) continue;
    const { seat, input } = entry;
    const key = `${input.index}/${seat}`;
    const timeMs = questions[input.index]?.timeMs;
    const tookMs = (entry.at - opened) / 1000;
    if (input.index !== index || opened === undefined) faults.push(`${key} was taken in question ${index}`);
    if (answers.has(key)) faults.push(`${key} was taken twice`);
    if (tookMs < 0 || tookMs > timeMs) faults.push(`${key} was taken after ${tookMs} of ${timeMs} ms`);
    answers.set(key, input);
    scores.set(seat, scores.get(seat) + worth(questions[input.index], input, tookMs));
  }
  return { scores, answers, faults, asked: index + 1 };
}

/** events.md: `round((1 - (t/T)/2) * points)`, whole points under 500 ms, a wrong one 0. */
function worth(question, input, tookMs) {
  const chosen = (input.choices ?? [input.choice]).map(Number).sort().join();
  if (chosen !== [...question.correct].sort().join()) return 0;
  const points = question.points ?? 1000;
  if (tookMs < WHOLE_POINTS_MS) return points;
  return Math.round((1 - tookMs / question.timeMs / 2) * points);
}

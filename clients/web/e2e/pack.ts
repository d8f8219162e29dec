// The pack that the end-to-end tests play: one question of each kind, long enough that no test is hurried.
// Its text is written to a folder of the test's own; the packs that ship are not touched.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PACK = {
  title: "End to end",
  language: "en",
  questions: [
    {
      kind: "single",
      text: "Which of these is a planet?",
      choices: ["Sirius", "Saturn", "Ceres", "Titan"],
      correct: [1],
      timeMs: 60_000,
      explanation: "Sirius is a star, Ceres a dwarf planet, Titan a moon.",
    },
    {
      kind: "multiple",
      text: "Which of these are even?",
      choices: ["One", "Two", "Three", "Four"],
      correct: [1, 3],
      timeMs: 60_000,
    },
    {
      kind: "truefalse",
      text: "Water boils at a lower temperature on a mountain.",
      correct: [0],
      timeMs: 60_000,
    },
  ],
} as const;

/** A folder that holds this pack and nothing else. */
export async function packsFolder(pack: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "parlor-e2e-"));
  await writeFile(join(folder, "end-to-end.json"), JSON.stringify(pack));
  return folder;
}

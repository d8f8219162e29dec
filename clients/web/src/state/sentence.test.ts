import { expect, it } from "vitest";

import { parts } from "./sentence.ts";

it("finds names wherever a sentence has them", () => {
  expect(parts(([name]) => `5 points behind ${name ?? ""}`, ["Mia"])).toEqual([
    { words: "5 points behind ", isName: false },
    { words: "Mia", isName: true },
  ]);
  expect(
    parts((names) => `${names.toReversed().join(" und ")} gewinnen!`, ["Ada", "Bo"]).map(
      ({ words }) => words,
    ),
  ).toEqual(["Bo", " und ", "Ada", " gewinnen!"]);
});

it("takes no words for a name, and no name for words", () => {
  expect(parts(() => "Nobody played.", [])).toEqual([{ words: "Nobody played.", isName: false }]);
  const odd = "\uE001 points behind";
  expect(parts(([one, two]) => `${one ?? ""}: ${two ?? ""}`, [odd, "points"])).toEqual([
    { words: odd, isName: true },
    { words: ": ", isName: false },
    { words: "points", isName: true },
  ]);
});

import { expect, it } from "vitest";

import { matching } from "./packs.ts";

const pack = (id: string, title: string, description?: string): Parameters<typeof matching>[0][number] => ({
  id,
  title,
  questions: 1,
  kinds: [],
  ...(description === undefined ? {} : { description }),
});

const packs = [pack("a", "Général", "Everything"), pack("b", "Science", "Physics and more")];

it("finds every word anywhere, without regard to case and accents", () => {
  expect(matching(packs, "general EVERY").map(({ id }) => id)).toEqual(["a"]);
  expect(matching(packs, "physics everything")).toEqual([]);
  expect(matching(packs, " ")).toEqual(packs);
});

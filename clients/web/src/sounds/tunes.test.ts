import { describe, expect, it } from "vitest";

import { TUNES } from "./tunes.ts";

describe.each(Object.entries(TUNES))("%s", (name, notes) => {
  it("is short, and heard at all", () => {
    expect(notes.length).toBeGreaterThan(0);
    const end = Math.max(...notes.map(({ at, lasts }) => at + lasts));
    expect(end).toBeLessThan(name === "fanfare" ? 2.5 : 1);
  });

  it("never adds up to more than a loudspeaker takes", () => {
    for (const { at } of notes) {
      const together = notes.filter((other) => other.at <= at && at < other.at + other.lasts);
      expect(together.reduce((sum, { level }) => sum + level, 0)).toBeLessThan(1);
    }
  });

  it("stays where small loudspeakers can follow", () => {
    for (const { from, to } of notes) {
      expect(Math.min(from, to)).toBeGreaterThan(80);
      expect(Math.max(from, to)).toBeLessThan(4_000);
    }
  });
});

it("has no two cues that sound the same", () => {
  const tunes = Object.values(TUNES).map((notes) => JSON.stringify(notes));
  expect(new Set(tunes).size).toBe(tunes.length);
});

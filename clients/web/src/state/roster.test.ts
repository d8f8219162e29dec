import { expect, it } from "vitest";

import type { RoomState } from "../wire.ts";
import { present, unnamed } from "./roster.ts";

const entry = (name: string): { name: string; connected: boolean; score: number } => ({
  name,
  connected: true,
  score: 0,
});

const state = {
  players: 5,
  roster: { 2: entry("Ada"), 10: entry("Cy"), 9: entry("Bo") },
} as unknown as RoomState;

it("lists the latest to come first, by number and not by letter", () => {
  expect(present(state).map(({ seat, name }) => [seat, name])).toEqual([
    [10, "Cy"],
    [9, "Bo"],
    [2, "Ada"],
  ]);
});

it("counts those without a name here", () => {
  expect(unnamed(state)).toBe(2);
  expect(unnamed({ players: 0 } as RoomState)).toBe(0);
  expect(present({} as RoomState)).toEqual([]);
});

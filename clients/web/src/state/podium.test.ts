import { describe, expect, it } from "vitest";

import type { RoomState, Standing } from "../wire.ts";
import { unveiled, veiled, waits } from "./podium.ts";

const row = (seat: number): Standing => ({ seat, name: `${seat}`, score: 0, gain: 0, rank: seat });

const at = (players: number, shown?: number): RoomState => ({
  phase: "podium",
  index: 0,
  total: 1,
  title: "Test",
  answered: 0,
  players,
  locked: false,
  paused: false,
  leaderboard: Array.from({ length: players }, (_, place) => row(place + 1)),
  ...(shown === undefined ? {} : { unveiled: shown }),
});

describe("the podium", () => {
  it("shows its places from the last one up, and all of them in the end", () => {
    expect([at(5, 0), at(5, 1), at(5, 2), at(5)].map(veiled)).toEqual([3, 2, 1, 0]);
    expect(unveiled(at(5, 2))).toEqual({ shown: 2, of: 3 });
  });

  it("has as many places as players", () => {
    expect([at(2, 0), at(2, 1), at(2), at(0)].map(unveiled)).toEqual([
      { shown: 0, of: 2 },
      { shown: 1, of: 2 },
      { shown: 2, of: 2 },
      { shown: 0, of: 0 },
    ]);
  });

  it("is not there before", () => {
    expect(unveiled({ phase: "leaderboard", leaderboard: [row(1)] })).toBeUndefined();
    expect(veiled({ ...at(3), phase: "leaderboard" })).toBe(0);
  });

  it("keeps only those waiting whose place is to come", () => {
    expect([1, 2, 3, 4, 99].map((seat) => waits(at(5, 1), seat))).toEqual([true, true, false, false, false]);
    expect(waits(at(5), 1)).toBe(false);
  });
});

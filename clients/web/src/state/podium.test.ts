import { describe, expect, it } from "vitest";

import type { RoomState, Standing } from "../wire.ts";
import { standing, unveiled, veiled, waits } from "./podium.ts";

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

  it("has room for all who share its places, but not for everybody", () => {
    const ranked = (...ranks: number[]): Standing[] => ranks.map((rank, at) => ({ ...row(at + 1), rank }));
    expect(standing(ranked(1, 1, 3, 3, 5, 5))).toBe(4);
    expect(standing(ranked(1, 1, 1, 1, 1, 6))).toBe(5);
    expect(standing(ranked(1, 2, 3, 3, 3, 3, 3))).toBe(3);
    const shared = { ...at(6, 0), leaderboard: ranked(1, 2, 3, 3, 5, 6) };
    expect([0, 1, 2, 3].map((shown) => veiled({ ...shared, unveiled: shown }))).toEqual([4, 2, 1, 0]);
    expect(waits(shared, 4)).toBe(true);
    expect(waits({ ...shared, unveiled: 1 }, 4)).toBe(false);
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

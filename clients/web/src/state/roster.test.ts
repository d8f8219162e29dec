import { expect, it } from "vitest";

import type { RoomState } from "../wire.ts";
import { foremost, isForemost, present, unnamed } from "./roster.ts";

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

it("leaves out the first to come where there are too many, and says how many", () => {
  const crowd = (count: number, named = count): RoomState =>
    ({
      players: count,
      roster: Object.fromEntries(Array.from({ length: named }, (_, seat) => [seat + 1, entry("x")])),
    }) as unknown as RoomState;
  expect(foremost(crowd(60), 60)).toMatchObject({ shown: { length: 60 }, more: 0 });
  expect(foremost(crowd(61), 60)).toMatchObject({ shown: { length: 59 }, more: 2 });
  expect(foremost(crowd(61), 60).shown.map(({ seat }) => seat)).not.toContain(2);
  expect(foremost(crowd(2_000, 200), 60)).toMatchObject({ shown: { length: 59 }, more: 1_941 });
  // The count comes apart from the roster, and may be behind it.
  expect(foremost({ ...crowd(3), players: 2 } as RoomState, 60)).toMatchObject({
    shown: { length: 3 },
    more: 0,
  });
});

it("moves nobody when somebody comes, however many there are", () => {
  const crowd = (seats: readonly number[]): RoomState =>
    ({
      players: seats.length,
      roster: Object.fromEntries(seats.map((seat) => [seat, entry("x")])),
    }) as unknown as RoomState;
  const shownOf = (seats: readonly number[]): number[] =>
    foremost(crowd(seats), 6).shown.map(({ seat }) => seat);
  const seats = Array.from({ length: 20 }, (_, at) => at + 2);
  expect(shownOf(seats.slice(0, 6))).toEqual([2, 3, 4, 5, 6, 7]);
  for (let came = 1; came < seats.length; came += 1) {
    // One place is the count's from the seventh on.
    if (came === 6) continue;
    const [before, after] = [shownOf(seats.slice(0, came)), shownOf(seats.slice(0, came + 1))];
    expect(after).toContain(seats[came]);
    expect(after.filter((seat, place) => before.includes(seat) && before[place] !== seat)).toEqual([]);
  }
  // Numbers between are those of spectators, and of who has left.
  expect(shownOf([1, 3, 4, 9, 14, 19, 24]).toSorted((one, other) => one - other)).toEqual([4, 9, 14, 19, 24]);
});

it("counts those without a name here", () => {
  expect(unnamed(state)).toBe(2);
  expect(unnamed({ players: 0 } as RoomState)).toBe(0);
  expect(present({} as RoomState)).toEqual([]);
});

it("knows who is among the foremost", () => {
  expect([2, 3, undefined].map((seat) => isForemost(state, seat))).toEqual([true, false, false]);
});

import { expect, it } from "vitest";

import type { ArenaState } from "../../arena-wire.ts";
import { avatarFor } from "../avatar.ts";
import { heading } from "./rules.ts";
import { equal, rows, say } from "./scores.ts";
import { taken } from "./taken.ts";
import {
  bodies,
  cutOff,
  lateMs,
  onDelta,
  onPlayers,
  onSnapshot,
  onYou,
  seated,
  steer,
  type World,
} from "./world.ts";

const STATE: ArenaState = {
  players: { 1: { x: 500, y: 500, score: 2 }, 2: { x: 100, y: 100, score: 2 }, 3: { x: 0, y: 0, score: 0 } },
  coins: { 0: { x: 10, y: 20 } },
};

const ACK = taken({ hz: 50, tick: 10, time: 1_000, state: STATE, you: { seq: 7 } });

const NAMED = onPlayers(seated(ACK), {
  joined: [
    { seat: 1, name: "Ada" },
    { seat: 2, name: "Bo" },
    { seat: 3, name: "Cy" },
  ],
});

const changed = (world: World, tick: number, patch: object): World => {
  const next = onDelta(world, { tick, base: world.tick, t: 800 + tick * 20, patch: patch as never }, 1_020);
  if (next === "stale") throw new Error("it fits");
  return next;
};

const place = (world: World, seat: number, now: number): number[] => {
  const body = bodies(world, now).find((each) => each.seat === seat);
  return body ? [body.x, body.y] : [];
};

it("merges what changed, and says when it does not fit", () => {
  const next = changed(NAMED, 11, { players: { 2: { x: 105 }, 3: null }, coins: { 0: { y: 30 } } });
  expect(next.state).toEqual({
    players: { 1: { x: 500, y: 500, score: 2 }, 2: { x: 105, y: 100, score: 2 } },
    coins: { 0: { x: 10, y: 30 } },
  });
  expect(onDelta(next, { tick: 13, base: 12, t: 1_060, patch: {} }, 1_060)).toBe("stale");
  expect(onDelta(next, { tick: 11, base: 10, t: 1_020, patch: {} }, 1_060)).toBe(next);
  expect(onSnapshot(next, { tick: 9, t: 980, state: STATE }, 1_060)).toBe(next);
});

it("shows others a little late, between the places they were told at", () => {
  const next = changed(NAMED, 11, { players: { 2: { x: 105 } } });
  expect(lateMs(next)).toBe(80);
  expect(place(next, 2, 1_010 + 80)).toEqual([102.5, 100]);
  expect(place(next, 2, 1_020 + 80)).toEqual([105, 100]);
});

it("shows one's own player ahead of the server, and above all others", () => {
  const next = steer(NAMED, heading(1, 0), 1_000);
  const [x = 0, y] = place(next, 1, 1_100);
  expect([x, y]).toEqual([525, 500]);
  expect(bodies(next, 1_100).map(({ seat }) => seat)).toEqual([2, 3, 1]);
  expect(next.own?.seq).toBe(8);
});

it("walks an applied input from the beginning of its tick", () => {
  const told = steer(NAMED, heading(1, 0), 1_005);
  const next = onYou(told, { tick: 12, seq: 8 }, 1_045);
  expect(next.own?.told[0]?.from).toBe(1_020);
});

it("stands still when it is cut off, and is exact once it is back", () => {
  const cut = cutOff(steer(NAMED, heading(1, 0), 1_000));
  expect(place(cut, 1, 1_500)).toEqual([500, 500]);
  const state = { ...STATE, players: { ...STATE.players, 1: { x: 620, y: 480, score: 3 } } };
  const back = seated({ ...ACK, tick: 90, time: 2_600, state, you: { seq: 8 } }, cut);
  expect(place(back, 1, 2_700)).toEqual([620, 480]);
  expect([back.names.get(2), back.own?.seq]).toEqual(["Bo", 8]);
});

it("shows people as they chose, and others as everybody makes them up alike", () => {
  const chosen = onPlayers(NAMED, { joined: [{ seat: 2, name: "Bo", avatar: 5 }] });
  const looks = bodies(chosen, 1_000).map(({ seat, avatar }) => [seat, avatar]);
  expect(looks).toEqual([
    [2, 5],
    [3, avatarFor(3, "Cy")],
    [1, avatarFor(1, "Ada")],
  ]);
  const gone = onPlayers(chosen, { left: [{ seat: 2, name: "Bo" }] });
  expect([gone.names.has(2), gone.avatars.has(2)]).toEqual([false, false]);
  expect(seated({ ...ACK, avatar: 9 }).avatars.get(1)).toBe(9);
});

it("is as large as its room was opened", () => {
  const state: ArenaState = { players: { 1: { x: 50, y: 50, score: 0 } }, coins: {} };
  const small = seated({ ...ACK, state, options: { size: 100 } });
  expect([NAMED.side, small.side]).toEqual([1_000, 100]);
  const [before = 0] = place(small, 1, 1_000);
  const [after = 0] = place(steer(small, heading(-1, 0), 1_000), 1, 1_100);
  expect(before - after).toBeCloseTo(2.5);
});

it("ranks by coins; who has as many shares the place", () => {
  expect(rows(NAMED).map(({ name, rank, own }) => [name, rank, own])).toEqual([
    ["Ada", 1, true],
    ["Bo", 1, false],
    ["Cy", 3, false],
  ]);
  const last = { ...NAMED, seat: 3 };
  expect(rows(last, 1).map(({ name }) => name)).toEqual(["Ada", "Cy"]);
  expect(equal(rows(NAMED), rows(changed(NAMED, 11, { players: { 2: { x: 105 } } })))).toBe(true);
  expect(equal(rows(NAMED), rows(changed(NAMED, 11, { players: { 2: { score: 3 } } })))).toBe(false);
});

it("says how one stands and who leads", () => {
  const of = (world: World): string => say(rows(world), 3);
  expect(of(NAMED)).toBe("You have 2 coins: 1st of 3. Ada and Bo lead with 2 coins each.");
  expect(of(changed(NAMED, 11, { players: { 1: { score: 3 } } }))).toBe(
    "You have 3 coins: 1st of 3. You lead.",
  );
  expect(of(changed(NAMED, 11, { players: { 2: { score: 3 } } }))).toBe(
    "You have 2 coins: 2nd of 3. Bo leads with 3 coins.",
  );
});

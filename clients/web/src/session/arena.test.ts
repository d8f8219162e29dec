import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { ArenaBroadcasts, ArenaRequests, ArenaSeated } from "../arena-wire.ts";
import { heading, STILL } from "../state/arena/rules.ts";
import { taken } from "../state/arena/taken.ts";
import { ArenaSession } from "./arena.svelte.ts";
import { keeper, no, SERVER_TIME, Table } from "./table.ts";

const seat = (changed: Partial<ArenaSeated> = {}): ArenaSeated =>
  taken({
    tick: 10,
    time: SERVER_TIME,
    state: { players: { 1: { x: 500, y: 500, score: 0 } }, coins: {} },
    you: { seq: 4 },
    ...changed,
  });

const JOIN = { game: "arena", name: "Ada", sync: "delta" } as const;
const RIGHT = heading(1, 0);

/** Milliseconds since the session began. */
let now = 0;

async function playing(): Promise<{ table: Table<ArenaRequests, ArenaBroadcasts>; session: ArenaSession }> {
  const table = new Table<ArenaRequests, ArenaBroadcasts>();
  const session = new ArenaSession(table, keeper(), () => now);
  session.start();
  table.up();
  void session.join(JOIN);
  await table.answer("join", seat());
  return { table, session };
}

beforeEach(() => {
  now = 0;
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("takes a seat, and lists who is there", async () => {
  const { table, session } = await playing();
  table.hears.players({ tick: 10, count: 1, joined: [{ seat: 1, name: "Ada", avatar: 7 }] });
  expect([session.standing, session.code, session.players]).toEqual(["in", "123456", 1]);
  expect(session.table).toEqual([{ seat: 1, name: "Ada", avatar: 7, score: 0, rank: 1, own: true }]);
});

it("tells a heading once, however often it is wished, and goes on with the numbers of before", async () => {
  const { table, session } = await playing();
  for (let frame = 0; frame < 3; frame += 1) session.steer(RIGHT);
  expect(table.said.map(({ say }) => say)).toEqual([{ type: "move", seq: 5, dx: 1, dy: 0 }]);
});

it("does not tell more headings than a network needs, but the last one always", async () => {
  const { table, session } = await playing();
  for (let frame = 0; frame < 60; frame += 1, now += 16) session.steer(heading(Math.cos(frame), 1));
  expect(table.said.length).toBeLessThanOrEqual(22);
  now += 100;
  session.steer(STILL);
  expect(table.said.at(-1)?.say).toMatchObject({ dx: 0, dy: 0 });
});

it("takes the seat again after a dropped connection, exactly as it is, and tells anew what is still held", async () => {
  const { table, session } = await playing();
  session.steer(RIGHT);
  table.said.length = 0;
  table.down();
  expect([session.standing, session.online]).toEqual(["resuming", false]);
  session.steer(RIGHT);
  expect(table.said).toEqual([]);
  table.up();
  const state = { players: { 1: { x: 610, y: 500, score: 3 } }, coins: {} };
  await table.answer("resume", seat({ tick: 90, time: 7_600, state, you: { seq: 5 } }));
  expect(session.standing).toBe("in");
  expect(session.bodies()).toMatchObject([{ x: 610, y: 500, score: 3, own: true }]);
  now += 100;
  session.steer(RIGHT);
  expect(table.said.map(({ say }) => say)).toMatchObject([{ seq: 6, dx: 1 }]);
});

it("asks for the whole view when a delta does not fit", async () => {
  const { table, session } = await playing();
  table.hears.delta({ tick: 15, base: 14, t: 5_100, patch: {} });
  await table.answer("resume", seat({ tick: 16, time: 5_133 }));
  expect(session.world?.tick).toBe(16);
});

it("does not walk a heading that was refused", async () => {
  const { table, session } = await playing();
  session.steer(RIGHT);
  await table.answer("input", no("rate_limited"));
  now += 200;
  expect(session.bodies()).toMatchObject([{ x: 500 }]);
});

it("leaves nothing of the room that was left", async () => {
  const { table, session } = await playing();
  session.leave();
  expect([session.code, session.table, session.players, session.world]).toEqual([
    undefined,
    [],
    0,
    undefined,
  ]);
  void session.join(JOIN);
  await table.answer("leave", { ok: true });
  table.hears.players({ tick: 10, count: 1, joined: [{ seat: 1, name: "Ada" }] });
  await table.answer("join", seat({ room: "654321" }));
  expect([session.code, session.table[0]?.name]).toEqual(["654321", "Ada"]);
});

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { ArenaBroadcasts, ArenaRequests, ArenaSeated } from "../arena-wire.ts";
import type { Link, Listener } from "../net/link.ts";
import { heading, STILL } from "../state/arena/rules.ts";
import type { Ack } from "../wire.ts";
import { ArenaSession } from "./arena.svelte.ts";
import type { Keep, KeptSeat } from "./keep.ts";

interface Said {
  event: string;
  say: unknown;
  answer: (ack: unknown) => void;
}

/** A server in the test's hands: it sees each request, and answers when the test does. */
class Table implements Link<ArenaRequests, ArenaBroadcasts> {
  said: Said[] = [];
  reopened = 0;
  #up = false;
  #listener: Listener<ArenaBroadcasts> | undefined;

  isUp = (): boolean => this.#up;
  open = (): void => undefined;
  close = (): void => undefined;
  reopen = (): void => void (this.reopened += 1);

  request<T>(event: string, say: unknown): Promise<Ack<T>> {
    if (event === "clock") return Promise.resolve({ ok: true, t0: 0, t1: 1_000 } as unknown as Ack<T>);
    return new Promise((resolve) => {
      this.said.push({ event, say, answer: resolve as (ack: unknown) => void });
    });
  }

  listen(listener: Listener<ArenaBroadcasts>): () => void {
    this.#listener = listener;
    return () => undefined;
  }

  get hears(): Listener<ArenaBroadcasts> {
    if (!this.#listener) throw new Error("nobody listens");
    return this.#listener;
  }

  up(): void {
    this.#up = true;
    this.hears.up();
  }

  down(): void {
    this.#up = false;
    this.hears.down();
  }

  /** Answers the oldest request, which must be this one, and lets the session act on it. */
  async answer(event: string, ack: unknown): Promise<unknown> {
    await vi.advanceTimersByTimeAsync(0);
    const oldest = this.said.shift();
    expect(oldest?.event).toBe(event);
    oldest?.answer(ack);
    await vi.advanceTimersByTimeAsync(0);
    return oldest?.say;
  }
}

const seat = (changed: Partial<ArenaSeated> = {}): ArenaSeated & { ok: true } => ({
  ok: true,
  room: "123456",
  game: "arena",
  seat: 1,
  token: "secret",
  role: "player",
  hz: 30,
  tick: 10,
  time: 1_000,
  state: { players: { 1: { x: 500, y: 500, score: 0 } }, coins: {} },
  you: { seq: 4 },
  ...changed,
});

const JOIN = { game: "arena", name: "Ada", sync: "delta" } as const;
const RIGHT = heading(1, 0);

let now = 1_000;

async function playing(): Promise<{ table: Table; session: ArenaSession; keep: Keep<KeptSeat> }> {
  const table = new Table();
  let held: KeptSeat | undefined;
  const keep: Keep<KeptSeat> = {
    read: () => held,
    write: (seat) => (held = seat),
    forget: () => (held = undefined),
  };
  const session = new ArenaSession(table, keep, () => now);
  session.start();
  table.up();
  void session.join(JOIN);
  await table.answer("join", seat());
  return { table, session, keep };
}

beforeEach(() => {
  now = 1_000;
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("takes a seat, keeps its token, and lists who is there", async () => {
  const { table, session, keep } = await playing();
  table.hears.players({ tick: 10, count: 1, joined: [{ seat: 1, name: "Ada" }] });
  expect([session.standing, session.code, keep.read()?.token]).toEqual(["in", "123456", "secret"]);
  expect(session.table).toEqual([{ seat: 1, name: "Ada", score: 0, rank: 1, own: true }]);
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
  await table.answer("resume", seat({ tick: 90, time: 3_600, state, you: { seq: 5 } }));
  expect(session.standing).toBe("in");
  expect(session.bodies()).toMatchObject([{ x: 610, y: 500, score: 3, own: true }]);
  now += 100;
  session.steer(RIGHT);
  expect(table.said.map(({ say }) => say)).toMatchObject([{ seq: 6, dx: 1 }]);
});

it("asks for the whole view, once, when a delta does not fit", async () => {
  const { table, session } = await playing();
  table.hears.delta({ tick: 15, base: 14, t: 1_100, patch: {} });
  table.hears.delta({ tick: 16, base: 15, t: 1_133, patch: {} });
  expect(table.said.map(({ event }) => event)).toEqual(["resume"]);
  await table.answer("resume", seat({ tick: 16, time: 1_133 }));
  expect(session.world?.tick).toBe(16);
});

it("does not walk a heading that was refused", async () => {
  const { table, session } = await playing();
  session.steer(RIGHT);
  await table.answer("input", { ok: false, code: "rate_limited", message: "No." });
  now += 200;
  expect(session.bodies()).toMatchObject([{ x: 500 }]);
});

it("loses nothing that came with the acknowledgement", async () => {
  const { table, session } = await playing();
  session.leave();
  await table.answer("leave", { ok: true });
  void session.join(JOIN);
  table.hears.players({ tick: 10, count: 1, joined: [{ seat: 1, name: "Ada" }] });
  await table.answer("join", seat());
  expect(session.table[0]?.name).toBe("Ada");
});

it("gives its seat up after the end, and can take it back from another tab", async () => {
  const { table, session, keep } = await playing();
  table.hears.closed({ reason: "replaced" });
  expect([session.standing, keep.read()?.token]).toEqual(["closed", "secret"]);
  void session.takeBack();
  await table.answer("resume", seat());
  table.hears.closed({ reason: "kicked" });
  expect([session.standing, keep.read()]).toEqual(["closed", undefined]);
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { NOBODY } from "../state/room.ts";
import type { RoomState, Seated } from "../wire.ts";
import type { Keep, KeptSeat } from "./keep.ts";
import { Session, type Ways } from "./session.svelte.ts";
import { keeper, no, settled, Table } from "./table.ts";

const state = (changed: Partial<RoomState> = {}): RoomState => ({
  phase: "question",
  index: 0,
  total: 2,
  title: "Test",
  question: {
    kind: "single",
    text: "?",
    choices: [0, 1].map((id) => ({ id, text: String(id) })),
    timeMs: 20_000,
    points: 1000,
  },
  answered: 0,
  players: 1,
  locked: false,
  paused: false,
  ...changed,
});

const seat = (changed: Partial<Seated> = {}): Seated => ({
  ok: true,
  room: "123456",
  game: "quiz",
  seat: 1,
  token: "secret",
  role: "player",
  hz: 20,
  tick: 10,
  time: 0,
  state: state(),
  you: NOBODY,
  ...changed,
});

const KEPT = { room: "123456", token: "secret", name: "Ada" };
const JOIN = { room: "123456", name: "Ada", role: "player", sync: "delta" } as const;

function open(kept?: KeptSeat, ways: Ways = {}): { table: Table; session: Session; keep: Keep<KeptSeat> } {
  const table = new Table();
  const keep = keeper(kept);
  const session = new Session(table, keep, { now: () => 1_000, ...ways });
  session.start();
  return { table, session, keep };
}

async function playing(): Promise<ReturnType<typeof open>> {
  const opened = open();
  opened.table.up();
  void opened.session.join(JOIN);
  await opened.table.answer("join", seat());
  return opened;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("takes a seat, and shows the room as it is by then", async () => {
  const { table, session } = open();
  table.up();
  void session.join(JOIN);
  await settled();
  table.hears.timer({ tick: 10, phase: "question", endsAt: 9, running: true });
  table.hears.delta({ tick: 11, base: 10, t: 0, patch: { answered: 1 } });
  await table.answer("join", seat());
  expect([session.standing, session.room?.code]).toEqual(["in", "123456"]);
  expect([session.room?.timer?.endsAt, session.room?.state.answered]).toEqual([9, 1]);
});

describe("coming back", () => {
  it("shows the answer that was given before a reload", async () => {
    const { table, session } = open(KEPT);
    table.up();
    await table.answer("resume", seat({ you: { ...NOBODY, answered: true, choice: 1 } }));
    expect([session.standing, session.answer]).toEqual(["in", [1]]);
  });

  it("lets a host in by key when the token is refused", async () => {
    const rejoin = (room: string): { room: string; role: "host"; key: string; sync: "delta" } => ({
      room,
      role: "host",
      key: "k",
      sync: "delta",
    });
    const { table, session } = open(KEPT, { rejoin });
    table.up();
    await table.answer("resume", no("unknown_token"));
    expect(await table.answer("join", seat({ role: "host", token: "another" }))).toEqual(rejoin("123456"));
    expect([session.standing, session.room?.role]).toEqual(["in", "host"]);
  });

  it("tells a host whose room is gone that it is, and of no wrong code", async () => {
    const { table, session } = open(KEPT, {
      rejoin: (room) => ({ room, role: "host", key: "k", sync: "delta" }),
    });
    table.up();
    await table.answer("resume", no("unknown_token"));
    await table.answer("join", no("unknown_room"));
    expect([session.standing, session.fault?.code]).toEqual(["out", "unknown_token"]);
  });

  it("fetches the view whole when a delta does not fit it", async () => {
    const { table, session } = await playing();
    table.hears.delta({ tick: 15, base: 14, t: 0, patch: { answered: 1 } });
    await table.answer("resume", seat({ tick: 16, state: state({ answered: 2 }) }));
    expect([session.standing, session.room?.state.answered]).toEqual(["in", 2]);
  });
});

describe("answering", () => {
  it("sends a choice at once and shows it until the server has it", async () => {
    const { table, session } = await playing();
    session.choose([1]);
    expect(session.answer).toEqual([1]);
    expect(await table.answer("input", { ok: true, tick: 11 })).toEqual({
      type: "answer",
      index: 0,
      choice: 1,
    });
    table.hears.you({ ...NOBODY, tick: 11, answered: true, choice: 1 });
    expect([session.answer, session.pending]).toEqual([[1], undefined]);
  });

  it("takes the first choice only", async () => {
    const { table, session } = await playing();
    session.choose([1]);
    session.choose([0]);
    expect(table.said).toHaveLength(1);
    expect(session.answer).toEqual([1]);
  });

  it("keeps a choice made without a connection and sends it on coming back", async () => {
    const { table, session } = await playing();
    table.down();
    session.choose([1]);
    expect(table.said).toEqual([]);
    table.up();
    await table.answer("resume", seat());
    expect(await table.answer("input", { ok: true, tick: 12 })).toMatchObject({ choice: 1 });
  });

  it("sends again what was cut off, and takes `already_answered` for having been heard", async () => {
    const { table, session } = await playing();
    session.choose([1]);
    table.down();
    await table.answer("input", no("no_answer"));
    table.up();
    await table.answer("resume", seat());
    await table.answer("input", no("already_answered"));
    expect([session.answer, session.fault]).toEqual([[1], undefined]);
  });

  it("makes another connection when the old one died without a word", async () => {
    const { table, session } = await playing();
    session.choose([1]);
    const { request } = table;
    table.request = () => Promise.resolve(no("no_answer") as never);
    table.said.shift()?.answer(no("no_answer"));
    table.reopen = () => {
      table.request = request;
      table.down();
    };
    await vi.advanceTimersByTimeAsync(0);
    expect(session.standing).toBe("resuming");
    table.up();
    await table.answer("resume", seat());
    expect(await table.answer("input", { ok: true, tick: 12 })).toMatchObject({ choice: 1 });
  });

  it("does not send again what the server turns out to have", async () => {
    const { table, session } = await playing();
    session.choose([1]);
    table.down();
    await table.answer("input", no("no_answer"));
    table.up();
    await table.answer("resume", seat({ you: { ...NOBODY, answered: true, choice: 1 } }));
    expect([table.said, session.answer]).toEqual([[], [1]]);
  });

  it("says so when it was too late", async () => {
    const { table, session } = await playing();
    session.choose([1]);
    await table.answer("input", no("too_late"));
    expect([session.answer, session.fault?.code]).toEqual([undefined, "too_late"]);
  });

  it("forgets a choice when its question is over", async () => {
    const { table, session } = await playing();
    table.down();
    session.choose([1]);
    table.up();
    await table.answer("resume", seat({ state: state({ index: 1 }) }));
    expect([table.said, session.answer]).toEqual([[], undefined]);
  });
});

it("keeps the last standings to look at when its room ends, and no answer", async () => {
  const { table, session } = await playing();
  session.choose([1]);
  table.hears.closed({ reason: "ended", message: "" });
  expect([session.room?.code, session.pending]).toEqual(["123456", undefined]);
});

it("says why a control was refused, and forgets it when one works", async () => {
  const { table, session } = await playing();
  void session.control({ type: "next" });
  await table.answer("input", no("not_host"));
  expect(session.fault?.code).toBe("not_host");
  void session.control({ type: "next" });
  await table.answer("input", { ok: true, tick: 12 });
  expect(session.fault).toBeUndefined();
});

it.each(["wrong_phase", "paused", "not_paused"] as const)(
  "says nothing of a control that the room overtook: %s",
  async (code) => {
    const { table, session } = await playing();
    const worked = session.control({ type: "next" });
    await table.answer("input", no(code));
    expect([await worked, session.fault]).toEqual([false, undefined]);
  },
);

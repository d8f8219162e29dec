import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Link, Listener } from "../net/link.ts";
import type { Ack, RoomState, Seated } from "../wire.ts";
import type { Keep, KeptSeat } from "./keep.ts";
import { Session, type Ways } from "./session.svelte.ts";

interface Said {
  event: string;
  say: unknown;
  answer: (ack: unknown) => void;
}

/** A server in the test's hands: it sees each request, and answers when the test does. */
class Table implements Link {
  said: Said[] = [];
  isOpen = false;
  reopened = 0;
  #up = false;
  #listener: Listener | undefined;

  isUp = (): boolean => this.#up;
  open = (): void => void (this.isOpen = true);
  close = (): void => void (this.isOpen = false);
  reopen = (): void => void (this.reopened += 1);

  request<T>(event: string, say: unknown): Promise<Ack<T>> {
    if (event === "clock") return Promise.resolve({ ok: true, t0: 0, t1: 5_000 } as unknown as Ack<T>);
    return new Promise((resolve) => {
      this.said.push({ event, say, answer: resolve as (ack: unknown) => void });
    });
  }

  listen(listener: Listener): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  get hears(): Listener {
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

function keeper(held?: KeptSeat): Keep<KeptSeat> {
  return {
    read: () => held,
    write: (seat) => {
      held = seat;
    },
    forget: () => {
      held = undefined;
    },
  };
}

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

const seat = (changed: Partial<Seated> = {}): Seated & { ok: true } => ({
  ok: true,
  room: "123456",
  game: "quiz",
  seat: 1,
  token: "secret",
  role: "player",
  tick: 10,
  time: 0,
  state: state(),
  ...changed,
});

const no = (code: string): object => ({ ok: false, code, message: "No." });
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

describe("joining", () => {
  it("takes a seat and keeps its token", async () => {
    const { session, keep } = await playing();
    expect(session.standing).toBe("in");
    expect(session.room?.code).toBe("123456");
    expect(keep.read()).toEqual(KEPT);
  });

  it("says why not, and stays out", async () => {
    const { table, session, keep } = open();
    table.up();
    void session.join(JOIN);
    await table.answer("join", no("name_taken"));
    expect([session.standing, session.fault?.place, keep.read()]).toEqual(["out", "name", undefined]);
  });

  it("asks once, however often it is told to", async () => {
    const { table, session } = open();
    table.up();
    void session.join(JOIN);
    expect(await session.join(JOIN)).toBe(false);
    expect(table.said).toHaveLength(1);
  });

  it("loses nothing that came in the same payload as the acknowledgement", async () => {
    const { table, session } = open();
    table.up();
    void session.join(JOIN);
    table.hears.timer({ tick: 10, phase: "question", endsAt: 9, running: true });
    table.hears.delta({ tick: 11, base: 10, t: 0, patch: { answered: 1 } });
    await table.answer("join", seat());
    expect(session.room?.timer?.endsAt).toBe(9);
    expect(session.room?.state.answered).toBe(1);
  });

  it("guesses the server's clock", async () => {
    const { session } = await playing();
    expect(session.serverNow()).toBe(5_000);
  });
});

describe("coming back", () => {
  it("takes the seat again after a reload, with the answer that was given", async () => {
    const { table, session } = open(KEPT);
    expect([session.standing, session.name]).toEqual(["resuming", "Ada"]);
    table.up();
    const say = await table.answer("resume", seat({ you: { answered: true, choice: 1 } }));
    expect(say).toEqual({ token: "secret", sync: "delta" });
    expect([session.standing, session.answer]).toEqual(["in", [1]]);
  });

  it("takes the seat again after each dropped connection", async () => {
    const { table, session } = await playing();
    table.down();
    expect([session.standing, session.online]).toEqual(["resuming", false]);
    table.up();
    await table.answer("resume", seat({ tick: 40 }));
    expect([session.standing, session.room?.tick]).toEqual(["in", 40]);
  });

  it("asks to join again when the token is refused, and says so", async () => {
    const { table, session, keep } = open(KEPT);
    table.up();
    await table.answer("resume", no("unknown_token"));
    expect([session.standing, session.fault?.code, keep.read()]).toEqual(["out", "unknown_token", undefined]);
  });

  it("tries again when nothing was said against the token", async () => {
    const { table, session } = open(KEPT);
    table.up();
    await table.answer("resume", no("no_answer"));
    expect(session.standing).toBe("resuming");
    await vi.advanceTimersByTimeAsync(2_000);
    await table.answer("resume", seat());
    expect(session.standing).toBe("in");
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

  it("makes another connection when the old one is found dead", async () => {
    const { table, session } = await playing();
    await session.probe();
    expect(table.reopened).toBe(0);
    table.request = () => Promise.resolve(no("no_answer") as never);
    await session.probe();
    expect(table.reopened).toBe(1);
  });

  it("waits out no back-off once the page is looked at again", async () => {
    const { table, session } = await playing();
    table.down();
    await session.probe();
    expect(table.reopened).toBe(1);
  });
});

describe("the view", () => {
  it("is fetched whole, once, when a delta does not fit it", async () => {
    const { table, session } = await playing();
    table.hears.delta({ tick: 15, base: 14, t: 0, patch: { answered: 1 } });
    table.hears.delta({ tick: 16, base: 15, t: 0, patch: { answered: 2 } });
    expect(table.said).toHaveLength(1);
    await table.answer("resume", seat({ tick: 16, state: state({ answered: 2 }) }));
    expect([session.standing, session.room?.state.answered]).toEqual(["in", 2]);
  });

  it("comes with another connection where it is not given to a seat that is already here", async () => {
    const { table } = await playing();
    table.hears.delta({ tick: 15, base: 14, t: 0, patch: { answered: 1 } });
    await table.answer("resume", no("already_seated"));
    expect(table.reopened).toBe(1);
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
    table.hears.you({ tick: 11, answered: true, choice: 1 });
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
    await table.answer("resume", seat({ you: { answered: true, choice: 1 } }));
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

describe("being closed", () => {
  it("gives the token up after a kick, and the connection with it", async () => {
    const { table, session, keep } = await playing();
    table.hears.closed({ reason: "kicked" });
    expect([session.standing, session.closed?.reason, keep.read(), table.isOpen]).toEqual([
      "closed",
      "kicked",
      undefined,
      false,
    ]);
  });

  it("keeps the last standings to look at", async () => {
    const { table, session } = await playing();
    table.hears.closed({ reason: "ended" });
    expect(session.room?.code).toBe("123456");
  });

  it("can take the seat back from another tab", async () => {
    const { table, session } = await playing();
    table.hears.closed({ reason: "replaced" });
    table.down();
    expect(session.standing).toBe("closed");
    void session.takeBack();
    table.up();
    await table.answer("resume", seat());
    expect(session.standing).toBe("in");
  });

  it("waits for a server that restarts", async () => {
    const { table, session, keep } = await playing();
    table.hears.closed({ reason: "shutdown" });
    expect([session.standing, keep.read(), table.isOpen]).toEqual(["resuming", KEPT, true]);
  });
});

describe("leaving", () => {
  it("gives up the seat and forgets it", async () => {
    const { table, session, keep } = await playing();
    session.leave();
    expect([table.said[0]?.event, session.standing, session.room, keep.read()]).toEqual([
      "leave",
      "out",
      undefined,
      undefined,
    ]);
  });

  it("is over before another seat is asked for, and so is what is said of the last one", async () => {
    const { table, session } = await playing();
    session.leave();
    void session.join(JOIN);
    table.hears.closed({ reason: "ended" });
    await table.answer("leave", { ok: true });
    await table.answer("join", seat({ room: "654321" }));
    expect([session.standing, session.room?.code]).toEqual(["in", "654321"]);
  });
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

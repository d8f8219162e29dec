import { describe, expect, it } from "vitest";

import type { Question, RoomState, Seated } from "../wire.ts";
import { avatarFor } from "./avatar.ts";
import {
  avatarIn,
  NOBODY,
  onDelta,
  onPlayers,
  onScore,
  onSnapshot,
  onTimer,
  onYou,
  type Room,
  seated,
  taken,
} from "./room.ts";

const QUESTION: Question = {
  kind: "single",
  text: "?",
  choices: [
    { id: 0, text: "a" },
    { id: 1, text: "b" },
  ],
  timeMs: 20_000,
  points: 1000,
};

const state = (changed: Partial<RoomState> = {}): RoomState => ({
  phase: "question",
  index: 0,
  total: 3,
  title: "Test",
  question: QUESTION,
  answered: 0,
  players: 2,
  locked: false,
  paused: false,
  ...changed,
});

const ack = (changed: Partial<Seated> = {}): Seated => ({
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

function applied(room: Room, ...deltas: { tick: number; base: number; patch: object }[]): Room {
  return deltas.reduce((known, { patch, ...ticks }) => {
    const next = onDelta(known, { ...ticks, t: 0, patch: patch as never });
    if (next === "stale") throw new Error(`stale at ${ticks.tick}`);
    return next;
  }, room);
}

describe("seated", () => {
  it("fills in what an empty private view leaves out", () => {
    expect(seated(ack({ you: null })).you).toEqual({ answered: false, score: 0, rank: 0, streak: 0 });
  });

  it("holds no token: views are shown, tokens never", () => {
    expect(JSON.stringify(seated(ack()))).not.toContain("secret");
  });
});

describe("avatars", () => {
  const row = { name: "Bo", score: 0, gain: 0, rank: 1 };

  it("are learned from the seat, from those who come and from the standings", () => {
    let room = seated(ack({ avatar: 0 }));
    room = onPlayers(room, {
      tick: 11,
      count: 3,
      joined: [
        { seat: 2, name: "Bo", avatar: 22 },
        { seat: 3, name: "Cy" },
      ],
    });
    room = onPlayers(room, { tick: 12, count: 3 });
    room = onScore(room, {
      tick: 13,
      scores: [
        { ...row, seat: 4, avatar: 44 },
        { ...row, seat: 5 },
      ],
      total: 2,
    });
    expect(room.avatars).toEqual({ 1: 0, 2: 22, 4: 44 });
    expect(avatarIn(room, 1, "Ada")).toBe(0);
    expect(avatarIn(room, 3, "Cy")).toBe(avatarFor(3, "Cy"));
  });

  it("outlive a lost connection, but not the room", () => {
    const before = onPlayers(seated(ack()), {
      tick: 11,
      count: 2,
      joined: [{ seat: 2, name: "Bo", avatar: 22 }],
    });
    expect(seated(ack({ avatar: 7 }), before).avatars).toEqual({ 1: 7, 2: 22 });
    expect(seated(ack({ room: "654321" }), before).avatars).toEqual({});
  });
});

describe("onDelta", () => {
  it("merges a change from the tick that is known", () => {
    const room = applied(seated(ack()), { tick: 12, base: 10, patch: { answered: 1 } });
    expect(room.tick).toBe(12);
    expect(room.state.answered).toBe(1);
  });

  it("is stale when its base was never seen", () => {
    expect(onDelta(seated(ack()), { tick: 13, base: 12, t: 0, patch: {} })).toBe("stale");
  });

  it("is stale when its base is older than what is known but its tick is not", () => {
    expect(onDelta(seated(ack()), { tick: 13, base: 9, t: 0, patch: {} })).toBe("stale");
  });

  it("ignores what the acknowledgement already held", () => {
    const room = seated(ack());
    expect(onDelta(room, { tick: 10, base: 9, t: 0, patch: { answered: 9 } })).toBe(room);
  });

  it("removes what a null removes", () => {
    const room = applied(seated(ack()), {
      tick: 11,
      base: 10,
      patch: { question: null, phase: "leaderboard" },
    });
    expect("question" in room.state).toBe(false);
  });
});

describe("onSnapshot", () => {
  it("replaces the view", () => {
    const room = onSnapshot(seated(ack()), { tick: 20, t: 0, state: state({ answered: 2 }) });
    expect([room.tick, room.state.answered]).toEqual([20, 2]);
  });

  it("never goes back", () => {
    const room = seated(ack());
    expect(onSnapshot(room, { tick: 9, t: 0, state: state({ answered: 2 }) })).toBe(room);
  });
});

describe("taken", () => {
  it("is the choice that the private view tells", () => {
    expect(taken(onYou(seated(ack()), { ...NOBODY, tick: 11, answered: true, choice: 1 }))).toEqual([1]);
  });

  it("is all the choices of a multiple answer", () => {
    expect(taken(onYou(seated(ack()), { ...NOBODY, tick: 11, answered: true, choices: [0, 1] }))).toEqual([
      0, 1,
    ]);
  });

  it("survives into the reveal", () => {
    const room = applied(onYou(seated(ack()), { ...NOBODY, tick: 11, answered: true, choice: 1 }), {
      tick: 12,
      base: 10,
      patch: { phase: "reveal" },
    });
    expect(taken(room)).toEqual([1]);
  });

  it("is not the last question's answer when the next question comes before the private view", () => {
    const room = applied(onYou(seated(ack()), { ...NOBODY, tick: 11, answered: true, choice: 1 }), {
      tick: 12,
      base: 10,
      patch: { index: 1 },
    });
    expect(taken(room)).toBeUndefined();
  });

  it("comes with the acknowledgement of a resume", () => {
    expect(taken(seated(ack({ you: { ...NOBODY, answered: true, choice: 0 } })))).toEqual([0]);
  });
});

describe("onYou and onTimer", () => {
  it("keeps the later private view", () => {
    const room = onYou(seated(ack()), { ...NOBODY, tick: 12, score: 500 });
    expect(onYou(room, { ...NOBODY, tick: 11, score: 0 }).you.score).toBe(500);
  });

  it("keeps to what an answer was worth for as long as that is shown", () => {
    const told = { ...NOBODY, answered: true, correct: false, rank: 2 };
    const revealed = seated(ack({ state: state({ phase: "reveal" }), you: told }));
    // The phase to come is told of by the private view first.
    const early = onYou(revealed, { ...NOBODY, tick: 12, rank: 2 });
    expect(early.you).toEqual(told);
    const counted = applied(early, { tick: 11, base: 10, patch: { players: 3 } });
    expect(counted.you).toEqual(told);
    const after = applied(counted, { tick: 12, base: 11, patch: { phase: "podium" } });
    expect([after.you, after.youTick, after.youNext]).toEqual([{ ...NOBODY, rank: 2 }, 12, undefined]);
    // Told after its phase, it holds at once.
    const late = applied(revealed, { tick: 12, base: 10, patch: { phase: "podium" } });
    expect(onYou(late, { ...NOBODY, tick: 12, rank: 2 }).you).toEqual({ ...NOBODY, rank: 2 });
  });

  it("takes the timer as told", () => {
    const timer = { tick: 11, phase: "question", endsAt: 5, running: true };
    expect(onTimer(seated(ack()), timer).timer).toEqual(timer);
  });
});

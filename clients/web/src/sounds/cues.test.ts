import { describe, expect, it } from "vitest";

import type { Phase, RoomState, Standing, You } from "../wire.ts";
import { NOBODY, seated } from "../state/room.ts";
import { cues, type Moment, moment } from "./cues.ts";

const at = (phase: Phase, changed: Partial<Moment> = {}): Moment => ({
  role: "player",
  phase,
  index: 0,
  players: 3,
  seconds: undefined,
  lockedIn: false,
  correct: undefined,
  rank: 0,
  podium: undefined,
  finished: phase === "podium",
  ...changed,
});

/** What is heard while these moments pass. */
const heard = (...moments: Moment[]): readonly string[] =>
  moments.flatMap((after, place) => cues(moments[place - 1], after));

describe("cues", () => {
  it("are none for who has just come, in whatever phase", () => {
    for (const phase of ["lobby", "countdown", "question", "reveal", "leaderboard", "podium"] as const) {
      expect(heard(at(phase, { seconds: 3, correct: true, rank: 1 }))).toEqual([]);
    }
  });

  it("tell a host that somebody joined, and nobody that somebody left", () => {
    const host = { role: "host" } as const;
    expect(heard(at("lobby", host), at("lobby", { ...host, players: 5 }))).toEqual(["joined"]);
    expect(heard(at("lobby", host), at("lobby", { ...host, players: 2 }))).toEqual([]);
    expect(heard(at("lobby"), at("lobby", { players: 5 }))).toEqual([]);
  });

  it("tick three times before a question and once when it opens", () => {
    const countdown = [3, 3, 2, 1, 0].map((seconds) => at("countdown", { seconds }));
    expect(heard(at("lobby"), ...countdown, at("question", { seconds: 20 }))).toEqual([
      "tick",
      "tick",
      "tick",
      "question",
    ]);
  });

  it("count the last five seconds, once each", () => {
    const seconds = [7, 6, 5, 5, 4, 3, 2, 1, 0].map((left) => at("question", { seconds: left }));
    expect(heard(...seconds)).toEqual(Array<string>(5).fill("hurry"));
  });

  it("count on where a pause stopped, without repeating", () => {
    const left = (seconds: number | undefined): Moment => at("question", { seconds });
    expect(heard(left(6), left(5), left(undefined), left(4))).toEqual(["hurry", "hurry"]);
  });

  it("say once that the answer is locked in, over the count", () => {
    const open = at("question", { seconds: 5 });
    const locked = at("question", { seconds: 4, lockedIn: true });
    expect(heard(open, locked, locked)).toEqual(["lockedIn"]);
  });

  it("give the verdict once, with the phase or after it", () => {
    const question = at("question", { lockedIn: true });
    expect(heard(question, at("reveal", { correct: true }), at("reveal", { correct: true }))).toEqual([
      "right",
    ]);
    expect(heard(question, at("reveal"), at("reveal", { correct: false }))).toEqual(["wrong"]);
    expect(heard(question, at("reveal"), at("reveal"))).toEqual([]);
  });

  it("give a host no verdict, but say that the answer is shown", () => {
    expect(heard(at("question", { role: "host" }), at("reveal", { role: "host" }))).toEqual(["reveal"]);
  });

  it("step up the podium to the fanfare", () => {
    const places = (shown: number): Moment => at("podium", { role: "host", podium: { shown, of: 3 } });
    const all = [0, 1, 2, 3].map(places);
    expect(heard(at("reveal", { role: "host" }), ...all)).toEqual(["step", "step", "fanfare"]);
    expect(heard(at("reveal", { role: "host" }), places(3))).toEqual(["fanfare"]);
  });

  it("play the fanfare to the first three players only", () => {
    expect(heard(at("reveal"), at("podium", { rank: 3 }))).toEqual(["fanfare"]);
    expect(heard(at("reveal"), at("podium", { rank: 4 }))).toEqual([]);
    expect(heard(at("reveal"), at("podium", { rank: 0 }))).toEqual([]);
  });

  it("play it when their own place is shown, not before", () => {
    const third = (finished: boolean): Moment => at("podium", { rank: 3, finished });
    expect(heard(at("reveal"), third(false), third(true), third(true))).toEqual(["fanfare"]);
  });
});

describe("moment", () => {
  const of = (state: Partial<RoomState>, you: Partial<You> = {}): Moment =>
    moment(
      seated({
        ok: true,
        room: "1",
        game: "quiz",
        seat: 1,
        token: "t",
        role: "player",
        hz: 20,
        tick: 1,
        time: 0,
        state: {
          phase: "reveal",
          index: 0,
          total: 1,
          title: "",
          answered: 0,
          players: 1,
          locked: false,
          paused: false,
          ...state,
        },
        you: { ...NOBODY, ...you },
      }),
      { seconds: 4, lockedIn: true },
    );

  it("has no seconds while time stands still", () => {
    expect(of({ phase: "question" }).seconds).toBe(4);
    expect(of({ phase: "question", paused: true }).seconds).toBeUndefined();
  });

  it("has a verdict only for who answered, and only at the reveal", () => {
    expect(of({}, { answered: true, correct: true }).correct).toBe(true);
    expect(of({}, { correct: false }).correct).toBeUndefined();
    expect(of({ phase: "leaderboard" }, { answered: true, correct: true }).correct).toBeUndefined();
  });

  it("knows how far the podium is shown, and whether its own place is", () => {
    const row = (seat: number): Standing => ({ seat, name: "A", score: 1, gain: 0, rank: 1 });
    const podium = (state: Partial<RoomState>): Moment =>
      of({ phase: "podium", leaderboard: [2, 1, 3, 4].map(row), ...state });
    expect(podium({ unveiled: 1 })).toMatchObject({ podium: { shown: 1, of: 3 }, finished: false });
    expect(podium({ unveiled: 2 })).toMatchObject({ podium: { shown: 2, of: 3 }, finished: true });
    expect(podium({})).toMatchObject({ podium: { shown: 3, of: 3 }, finished: true });
    expect(of({})).toMatchObject({ podium: undefined, finished: false });
  });

  it("is locked in during the question only", () => {
    expect([of({ phase: "question" }).lockedIn, of({}).lockedIn]).toEqual([true, false]);
  });
});

import { describe, expect, it } from "vitest";

import type { Phase, RoomState, Standing, You } from "../wire.ts";
import { announce, first, timeWarning, verdict, winners } from "./announce.ts";
import { NOBODY, type Room, seated } from "./room.ts";

const row = (name: string, rank: number): Standing => ({ seat: rank, name, score: 10, gain: 0, rank });

function room(phase: Phase, changed: Partial<RoomState> = {}, you: Partial<You> = {}): Room {
  const state: RoomState = {
    phase,
    index: 0,
    total: 2,
    title: "Test",
    question: {
      kind: "single",
      text: "Which?",
      choices: ["this", "that"].map((text, id) => ({ id, text })),
      timeMs: 1,
      points: 1,
    },
    answered: 0,
    players: 2,
    locked: false,
    paused: false,
    ...changed,
  };
  return seated({
    ok: true,
    room: "1",
    game: "quiz",
    seat: 1,
    token: "t",
    role: "player",
    hz: 20,
    tick: 1,
    time: 0,
    state,
    you: { ...NOBODY, ...you },
  });
}

const reveal = { correct: [1], counts: {} };

describe("announce", () => {
  it("says the question", () => {
    expect(announce(room("question"))).toBe("Question 1 of 2: Which?");
  });

  it("stays the same while counts change, so that it is not said again", () => {
    expect(announce(room("question", { answered: 1 }))).toBe(announce(room("question")));
  });

  it("says the verdict, the right answer and the points", () => {
    const said = announce(room("reveal", { reveal }, { answered: true, correct: true, gain: 900 }));
    expect(said).toBe("Right! The right answer: that. 900 points.");
  });

  it("says which of several were found, missed and chosen by mistake, unless all were found", () => {
    const question = {
      kind: "multiple" as const,
      text: "Which?",
      choices: ["this", "that", "both"].map((text, id) => ({ id, text })),
      timeMs: 1,
      points: 1,
    };
    const said = (correct: number[], choices: number[], you: Partial<You>): string =>
      announce(
        room("reveal", { question, reveal: { correct, counts: {} } }, { answered: true, choices, ...you }),
      );
    expect(said([0, 1], [0, 2], { correct: false, gain: 250 })).toBe(
      "Partly right. The right answers: this and that. Found: this. Missed: that. Not right: both. 250 points.",
    );
    expect(said([0, 1], [0, 1], { correct: true, gain: 900 })).toBe(
      "Right! The right answers: this and that. 900 points.",
    );
  });

  it("says a player's rank, and a host none", () => {
    const revealed = room("reveal", { reveal }, { answered: true, correct: false, rank: 3 });
    expect(announce(revealed)).toBe("Not this time. The right answer: that. Rank: 3rd.");
    expect(announce({ ...revealed, role: "host" })).toBe("The right answer: that.");
    expect(announce(room("podium", {}, { rank: 2 }))).toContain("You finished 2nd.");
  });

  it("says who is just ahead, after the rank, to whom somebody is", () => {
    const you = { answered: true, correct: true, gain: 900, rank: 2, ahead: { name: "Mia", by: 120 } };
    const behind = room("reveal", { reveal }, you);
    expect(announce(behind)).toContain("Rank: 2nd. 120 points behind Mia.");
    expect(announce(room("leaderboard", {}, you))).toContain("Rank: 2nd. 120 points behind Mia.");
    expect(announce({ ...behind, you: { answered: true, score: 900, streak: 1, rank: 1 } })).not.toContain(
      "behind",
    );
  });

  it("says who won", () => {
    expect(announce(room("podium", { leaderboard: [row("Ada", 1), row("Bo", 2)] }))).toContain("Ada won!");
  });

  it("keeps the podium's places until they are shown", () => {
    const leaderboard = ["Ada", "Bo", "Cy"].map((name, at) => row(name, at + 1));
    const second = (unveiled?: number): string => {
      const state = { leaderboard, ...(unveiled === undefined ? {} : { unveiled }) };
      return announce({ ...room("podium", state, { rank: 2 }), seat: 2 });
    };
    expect([second(0), second(1), second(2), second()]).toEqual([
      "Final standings.",
      "Final standings.",
      "Final standings. You finished 2nd.",
      "Final standings. Ada won! You finished 2nd.",
    ]);
  });
});

describe("timeWarning", () => {
  const left = (seconds: number, timeMs = 20_000, paused = false): string => {
    const { state } = room("question", { paused });
    return timeWarning(
      seconds,
      state.question ? { ...state, question: { ...state.question, timeMs } } : state,
    );
  };

  it("changes twice in the course of a question", () => {
    const said = Array.from({ length: 20 }, (_, at) => left(20 - at));
    expect([...new Set(said)]).toEqual(["", "10 seconds left", "5 seconds left"]);
    expect(said.indexOf("10 seconds left")).toBe(10);
    expect(said.indexOf("5 seconds left")).toBe(15);
    expect(left(0)).toBe("");
  });

  it("tells nobody what they knew from the start, nor of a time that stands still", () => {
    expect([left(10, 10_000), left(5, 10_000), left(5, 5_000)]).toEqual(["", "5 seconds left", ""]);
    expect(left(4, 20_000, true)).toBe("");
  });
});

describe("verdict", () => {
  const at = (you: Partial<You>): string | undefined => verdict(room("reveal", { reveal }, you));

  it("tells right, wrong, partly right and not answered apart", () => {
    expect(at({ answered: true, correct: true, gain: 1 })).toBe("Right!");
    expect(at({ answered: true, correct: false, gain: 0 })).toBe("Not this time");
    expect(at({ answered: true, correct: false, gain: 200 })).toBe("Partly right");
    expect(at({ answered: false })).toBe("No answer");
  });

  it("says nothing of worth before the server has", () => {
    expect(at({ answered: true })).toBe("Time's up");
  });

  it("is nobody's but a player's", () => {
    expect(verdict({ ...room("reveal", { reveal }), role: "host" })).toBeUndefined();
  });
});

it("lets equals share the first place", () => {
  const won = first(room("podium", { leaderboard: [row("Ada", 1), row("Bo", 1), row("Cy", 3)] }).state);
  expect(winners(won)).toBe("Ada and Bo share first place!");
  expect(winners(first(room("podium").state))).toBe("Nobody played this time.");
});

import { describe, expect, it } from "vitest";

import type { Keep } from "../session/keep.ts";
import { pattern } from "./buzz.ts";
import { Sounds } from "./sounds.svelte.ts";

interface Heard {
  sounds: Sounds;
  keep: Keep<boolean>;
  log: string[];
}

function listening(byDefault: boolean, kept?: boolean): Heard {
  const log: string[] = [];
  const keep: Keep<boolean> = {
    read: () => kept,
    write: (value) => {
      kept = value;
    },
    forget: () => {
      kept = undefined;
    },
  };
  const sounds = new Sounds({
    keep,
    byDefault,
    speaker: { wake: () => log.push("wake"), play: (cue) => log.push(`play ${cue}`) },
    buzz: (cue) => log.push(`buzz ${cue}`),
  });
  return { sounds, keep, log };
}

describe("Sounds", () => {
  it("are silent on a phone that nobody asked to be heard, but felt", () => {
    const { sounds, log } = listening(false);
    sounds.wake();
    sounds.cue("right");
    expect([sounds.on, log]).toEqual([false, ["buzz right"]]);
  });

  it("are heard on a big screen from its first gesture on", () => {
    const { sounds, log } = listening(true);
    sounds.wake();
    sounds.cue("question");
    expect(log).toEqual(["wake", "play question", "buzz question"]);
  });

  it("are woken by the tap that turns them on", () => {
    const { sounds, log } = listening(false);
    sounds.toggle();
    expect([sounds.on, log]).toEqual([true, ["wake"]]);
  });

  it("are neither heard nor felt once muted", () => {
    const { sounds, log } = listening(true);
    sounds.toggle();
    sounds.cue("wrong");
    expect(log).toEqual([]);
  });

  it("are as they were left after a reload", () => {
    const { sounds, keep } = listening(true);
    sounds.toggle();
    expect(listening(true, keep.read()).sounds.on).toBe(false);
  });
});

it("lets the hand feel only what is this player's own", () => {
  expect((["lockedIn", "right", "wrong"] as const).every((cue) => pattern(cue))).toBe(true);
  expect((["joined", "hurry", "leaderboard", "tick"] as const).some((cue) => pattern(cue))).toBe(false);
});

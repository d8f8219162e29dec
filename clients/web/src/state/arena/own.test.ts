// The prediction, against a server with the rules of games/src/arena at the other end of a network of the test's.
import { describe, expect, it } from "vitest";

import type { Spot } from "../../arena-wire.ts";
import { forgotten, onApplied, onPlace, type Own, shown, standing, tell, wished } from "./own.ts";
import { type Heading, heading, STILL, within } from "./rules.ts";

const HZ = 30;
const TICK = 1_000 / HZ;
const GROUND = { side: 1_000, reach: 0.25 };

interface Network {
  /** From here to there, and back. */
  readonly there: number;
  readonly back: number;
}

/** Plays `wishes` (at a moment, a heading) for `ms`, a frame every 4 ms, and tells at each what is shown and what is so. */
function play(
  wishes: readonly (readonly [at: number, wish: Heading])[],
  { there, back }: Network,
  ms: number,
  look: (now: number, shown: Spot, truth: Spot) => void,
): Own {
  let own = standing({ x: 500, y: 500 }, 0, 0);
  let body = { x: 500, y: 500 };
  let force = STILL;
  const up: { at: number; seq: number; heading: Heading }[] = [];
  const down: { at: number; hear: (now: number) => void }[] = [];
  const left = [...wishes];
  let tick = 0;
  for (let now = 0; now < ms; now += 4) {
    for (; left[0] !== undefined && left[0][0] <= now; left.shift()) {
      own = tell(own, left[0][1], now);
      up.push({ at: now + there, seq: own.seq, heading: left[0][1] });
    }
    while ((tick + 1) * TICK <= now) {
      tick += 1;
      const t = tick * TICK;
      for (; up[0] !== undefined && up[0].at <= t; up.shift()) {
        const { seq } = up[0];
        force = heading(up[0].heading.dx, up[0].heading.dy);
        down.push({ at: t + back, hear: (at) => (own = onApplied(own, seq, t - TICK, at, GROUND)) });
      }
      const walk = (from: number, by: number): number => within(from + by * GROUND.reach * TICK, GROUND.side);
      body = { x: walk(body.x, force.dx), y: walk(body.y, force.dy) };
      const place = body;
      down.push({ at: t + back, hear: (at) => (own = onPlace(own, place, t, at, GROUND)) });
    }
    for (; down[0] !== undefined && down[0].at <= now; down.shift()) down[0].hear(now);
    look(now, shown(own, now, GROUND), body);
  }
  return own;
}

const RIGHT = heading(1, 0);
const DOWN = heading(0, 1);

describe.each([
  { there: 1, back: 1 },
  { there: 30, back: 30 },
  { there: 120, back: 90 },
])("over $there and $back ms", (network) => {
  it("answers a key within a frame or two, and long before the server", () => {
    let moved = Infinity;
    // One input before, so that it is known how long they take.
    const wishes = [
      [100, RIGHT],
      [500, STILL],
      [1_000, DOWN],
    ] as const;
    play(wishes, network, 1_400, (now, { y }) => {
      if (y > 501) moved = Math.min(moved, now);
    });
    expect(moved).toBeLessThanOrEqual(1_000 + 8 + TICK);
  });

  it("never jumps: it is not seen to go faster than twice a player's speed", () => {
    let before: Spot | undefined;
    let fastest = 0;
    const wishes = [
      [100, RIGHT],
      [433, DOWN],
      [700, heading(-1, -1)],
      [1_200, STILL],
      [1_500, RIGHT],
    ] as const;
    play(wishes, network, 2_500, (_, at) => {
      if (before) fastest = Math.max(fastest, Math.hypot(at.x - before.x, at.y - before.y) / 4);
      before = at;
    });
    expect(fastest).toBeLessThan(2 * GROUND.reach);
  });

  it("is where the server has the player once both stand still", () => {
    const wishes = [
      [100, RIGHT],
      [433, DOWN],
      [700, heading(-1, 0.4)],
      [1_200, STILL],
    ] as const;
    let end: readonly [Spot, Spot] | undefined;
    play(wishes, network, 3_000, (_, ...both) => (end = both));
    expect(end?.[0].x).toBeCloseTo(end?.[1].x ?? NaN, 3);
    expect(end?.[0].y).toBeCloseTo(end?.[1].y ?? NaN, 3);
  });

  it("stays on the board", () => {
    play([[0, RIGHT]], network, 4_000, (_, { x }) => {
      expect(x).toBeLessThanOrEqual(1_000);
    });
  });
});

it("does not walk on and on without a word of the server", () => {
  const own = tell(standing({ x: 0, y: 0 }, 0, 4), RIGHT, 0);
  expect(own.seq).toBe(5);
  expect(shown(own, 600, GROUND).x).toBeCloseTo(150);
  expect(shown(own, 60_000, GROUND).x).toBeCloseTo(150);
});

it("puts the player where the server says when that is far away", () => {
  const own = onPlace(standing({ x: 0, y: 0 }, 0, 0), { x: 400, y: 0 }, 33, 40, GROUND);
  expect(shown(own, 40, GROUND).x).toBe(400);
});

it("wishes nothing after the connection was lost, so that what is held is told again", () => {
  const own = tell(standing({ x: 0, y: 0 }, 0, 0), RIGHT, 0);
  expect(wished(own)).toEqual(RIGHT);
  expect([wished(forgotten(own)), forgotten(own).seq]).toEqual([STILL, 1]);
});

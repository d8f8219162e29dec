import { describe, expect, it } from "vitest";

import { byNeed, inOrder, type Listed, type Signal, signal, SLOW_MS, tally } from "./signal.ts";

const here = { connected: true };

describe("signal", () => {
  it("says how long a round trip takes, and from when on that is slow", () => {
    const told = (rtt: number): Signal => signal(here, { seat: 1, link: "websocket", rtt });
    expect(told(41.6)).toEqual({ strength: "good", rttMs: 42, polls: false });
    expect(told(SLOW_MS - 1).strength).toBe("good");
    expect(told(SLOW_MS).strength).toBe("slow");
  });

  it("claims nothing that was not measured", () => {
    expect(signal(here, undefined)).toEqual({ strength: "unknown", polls: false });
    expect(signal(here, { seat: 1, link: "polling" })).toEqual({ strength: "unknown", polls: true });
  });

  it("believes the roster about who is there: it is told of that at once", () => {
    const told = { seat: 1, link: "websocket", rtt: 40 };
    expect(signal({ connected: false }, told)).toEqual({ strength: "away", polls: false });
    expect(signal(here, { seat: 1, link: "away" })).toEqual({ strength: "unknown", polls: false });
  });
});

const listed = (seat: number, rtt?: number, connected = true): Listed => ({
  seat,
  name: `P${seat}`,
  connected,
  score: 0,
  signal: signal({ connected }, rtt === undefined ? undefined : { seat, link: "websocket", rtt }),
});

const players = [
  listed(9, 20),
  listed(8, 400),
  listed(7),
  listed(6, 900),
  listed(5, 10, false),
  listed(4, 90),
];

it("lists those in trouble first, and leaves the others as they came", () => {
  expect(byNeed(players)).toEqual([5, 6, 8, 9, 7, 4]);
  expect(byNeed([])).toEqual([]);
});

it("keeps an order that was shown, with newcomers before it", () => {
  const order = byNeed(players);
  const later = [listed(11), listed(10), ...players.filter(({ seat }) => seat !== 8)];
  expect(inOrder(later, order).map(({ seat }) => seat)).toEqual([11, 10, 5, 6, 9, 7, 4]);
  const recovered = players.map(({ seat }) => listed(seat, 20));
  expect(inOrder(recovered, order).map(({ seat }) => seat)).toEqual(order);
});

it("counts who is there, who of them is slow, and who is not", () => {
  expect(tally(players)).toEqual({ here: 5, slow: 2, away: 1 });
});

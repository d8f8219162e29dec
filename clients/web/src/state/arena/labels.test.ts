import { describe, expect, it } from "vitest";

import type { Spot } from "../../arena-wire.ts";
import { type Label, type Laid, lay, named } from "./labels.ts";
import type { Body } from "./world.ts";

const SIDE = 1_000;

const body = (seat: number, x: number, y: number, score = 0, own = false): Body => ({
  ...{ seat, x, y, score, own },
  ...{ name: `Player ${seat}`, avatar: seat },
});

describe("who is named", () => {
  const seats = (bodies: readonly Body[]): readonly number[] =>
    named(bodies, SIDE).map((each) => each.body.seat);

  it("is everybody where there are few, oneself first and then the best", () => {
    expect(seats([body(1, 0, 0, 3), body(2, 9, 9, 7), body(3, 5, 5, 7), body(4, 1, 1, 0, true)])).toEqual([
      4, 2, 3, 1,
    ]);
  });

  /** In a row, each a twentieth of the board's side from the next; the first has most. */
  const crowd = (own?: number): readonly Body[] =>
    Array.from({ length: 20 }, (_, at) => body(at + 1, at * 50, 500, 20 - at, at + 1 === own));

  it("is oneself, the best and who is near in a crowd, the nearest first, and those who are farther off less clearly", () => {
    const found = named(crowd(12), SIDE);
    expect(found.map((each) => each.body.seat)).toEqual([12, 1, 2, 3, 11, 13, 10, 14, 9, 15]);
    expect(found.map(({ share }) => Number(share.toFixed(3)))).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 0.625, 0.625,
    ]);
  });

  it("is nobody twice, and the best alone for who only watches", () => {
    expect(seats(crowd(2))).toEqual([2, 1, 3, 4, 5]);
    expect(seats(crowd())).toEqual([1, 2, 3]);
  });
});

describe("where names go", () => {
  const RADIUS = 8;
  const NOWHERE: Laid = new Map();

  const label = (seat: number, x: number, y: number, share = 1): Label => ({
    ...{ seat, x, y, share },
    ...{ width: 40, height: 16 },
  });

  /** Labels of players who stand there, on a board of 200 by 200 with these coins, one moment after `before`. */
  const laid = (
    labels: readonly Label[],
    {
      coins = [],
      before = NOWHERE,
      step = 1,
    }: { coins?: readonly Spot[]; before?: Laid; step?: number } = {},
  ): Laid =>
    lay(
      labels,
      {
        ...{ size: 200, away: 10, at: (coordinate) => coordinate },
        discs: [
          { middles: labels, radius: RADIUS },
          { middles: coins, radius: RADIUS },
        ],
      },
      before,
      step,
    );

  const corner = (all: Laid, seat: number): readonly [number, number] | undefined => {
    const place = all.get(seat);
    return place && [place.x, place.y];
  };
  const seen = (all: Laid, seat: number): number => all.get(seat)?.seen ?? 0;

  it("is above a player, and below one at the upper edge", () => {
    expect(corner(laid([label(1, 100, 100)]), 1)).toEqual([80, 74]);
    expect(corner(laid([label(1, 100, 20)]), 1)).toEqual([80, 30]);
  });

  it("is on the board at its sides", () => {
    const all = laid([label(1, 5, 100), label(2, 198, 100)]);
    expect([corner(all, 1), corner(all, 2)]).toEqual([
      [0, 74],
      [160, 74],
    ]);
  });

  it("is not where a coin is, or somebody else: it is below, at a side, or nowhere", () => {
    const above = { x: 100, y: 80 };
    const below = { x: 100, y: 120 };
    const right = { x: 130, y: 100 };
    const left = { x: 70, y: 100 };
    const alone = [label(1, 100, 100)];
    expect(corner(laid(alone, { coins: [above] }), 1)).toEqual([80, 110]);
    expect(corner(laid(alone, { coins: [above, below] }), 1)).toEqual([110, 92]);
    expect(corner(laid(alone, { coins: [above, below, right] }), 1)).toEqual([50, 92]);
    expect(corner(laid(alone, { coins: [above, below, right, left] }), 1)).toBeUndefined();
    expect(corner(laid([...alone, label(2, above.x, above.y)]), 1)).toEqual([80, 110]);
  });

  it("is above or else below whom it is always to be seen at, whatever is there", () => {
    const around = [80, 100, 120].flatMap((y) => [70, 100, 130].map((x) => ({ x, y })));
    const own = { ...label(1, 100, 100), always: true };
    const there = laid([own], { coins: around, step: 0.4 });
    expect([corner(there, 1), seen(there, 1)]).toEqual([[80, 74], 0.4]);
    expect(seen(laid([own], { coins: around, before: there, step: 0.4 }), 1)).toBe(0.8);
    const low = around.map(({ x, y }) => ({ x, y: y - 85 }));
    expect(corner(laid([{ ...own, y: 15 }], { coins: low }), 1)).toEqual([80, 25]);
  });

  it("is not where another name is, and the first comes first", () => {
    const all = laid([label(1, 100, 100), label(2, 127, 100)]);
    expect(corner(all, 1)).toEqual([80, 74]);
    expect(corner(all, 2)).toEqual([107, 110]);
  });

  it("fades where it was when a coin comes there and no side is free, and comes back as slowly", () => {
    const walled = [
      { x: 100, y: 120 },
      { x: 130, y: 100 },
      { x: 70, y: 100 },
    ];
    const alone = [label(1, 100, 100)];
    const there = laid(alone, { coins: walled });
    expect([corner(there, 1), seen(there, 1)]).toEqual([[80, 74], 1]);
    const shut = [...walled, { x: 100, y: 80 }];
    const going = laid(alone, { coins: shut, before: there, step: 0.4 });
    expect([corner(going, 1), seen(going, 1)]).toEqual([[80, 74], 0.6]);
    const faint = laid(alone, { coins: shut, before: going, step: 0.4 });
    const gone = laid(alone, { coins: shut, before: faint, step: 0.4 });
    expect(corner(gone, 1)).toBeUndefined();
    const back = laid(alone, { coins: walled, before: gone, step: 0.4 });
    expect([corner(back, 1), seen(back, 1)]).toEqual([[80, 74], 0.4]);
  });

  it("stays on its side while there is room, though another would come first", () => {
    const alone = [label(1, 100, 100)];
    const below = laid(alone, { coins: [{ x: 100, y: 80 }] });
    expect(corner(laid(alone, { before: below }), 1)).toEqual([80, 110]);
  });

  it("does not flicker at who only just touches it: it needs more room to appear than to stay", () => {
    const alone = [label(1, 100, 100)];
    const walled = [
      { x: 100, y: 120 },
      { x: 130, y: 100 },
      { x: 70, y: 100 },
    ];
    // Just above it, nearer than a quarter of its height.
    const near = [...walled, { x: 100, y: 74 - RADIUS - 2 }];
    const there = laid(alone, { coins: walled });
    expect(seen(laid(alone, { coins: near, before: there }), 1)).toBe(1);
    expect(seen(laid(alone, { coins: near }), 1)).toBe(0);
  });

  it("is as clear as it is to be, a step at a time", () => {
    const far = [label(1, 100, 100, 0.5)];
    const first = laid(far, { step: 0.4 });
    const then = laid(far, { before: first, step: 0.4 });
    expect([seen(first, 1), seen(then, 1)]).toEqual([0.4, 0.5]);
    expect(seen(laid([label(1, 100, 100, 0.2)], { before: then, step: 0.1 }), 1)).toBe(0.4);
  });
});

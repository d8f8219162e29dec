import { expect, it } from "vitest";

import { arrived, EMPTY, type Hand, isWay, press, release, wish } from "./hand.ts";
import { type Heading, SIDE, STILL } from "./rules.ts";

const HERE = { x: 100, y: 100 };
const held = (...codes: string[]): Hand => codes.reduce(press, EMPTY);

/** A heading as degrees clockwise from the right, and its length. */
const polar = ({ dx, dy }: Heading): [number, number] => [
  Math.round((Math.atan2(dy, dx) * 180) / Math.PI),
  Math.hypot(dx, dy),
];

it("goes where arrows and letters point", () => {
  expect(polar(wish(held("ArrowRight"), HERE, SIDE))).toEqual([0, 1]);
  expect(polar(wish(held("KeyS"), HERE, SIDE))).toEqual([90, 1]);
  const [angle, length] = polar(wish(held("ArrowUp", "KeyD"), HERE, SIDE));
  expect(angle).toBe(-45);
  expect(length).toBeCloseTo(1);
});

it("stands still between opposite keys, and when they are let go", () => {
  expect(wish(held("ArrowLeft", "ArrowRight"), HERE, SIDE)).toEqual(STILL);
  expect(wish(release(held("ArrowLeft"), "ArrowLeft"), HERE, SIDE)).toEqual(STILL);
  expect(wish(held("KeyA", "ArrowLeft"), HERE, SIDE)).toEqual({ dx: -1, dy: 0 });
});

it("knows its keys by place, and no others", () => {
  expect(["KeyW", "ArrowDown", "Space", "toString"].map(isWay)).toEqual([true, true, false, false]);
});

it("follows a stick that is out, and not its trembling", () => {
  expect(wish({ ...EMPTY, stick: { x: 0.1, y: 0.1 } }, HERE, SIDE)).toEqual(STILL);
  const [one, other] = [0.5, 0.501].map((x) => wish({ ...EMPTY, stick: { x, y: -0.5 } }, HERE, SIDE));
  expect(one).toEqual(other);
  expect(polar(one ?? STILL)[0]).toBe(-45);
});

it("goes to a tapped place and stops there", () => {
  const hand: Hand = { ...EMPTY, goal: { x: 100, y: 300 } };
  expect(polar(wish(hand, HERE, SIDE))[0]).toBe(90);
  expect([arrived(hand, HERE, SIDE), arrived(hand, { x: 101, y: 297 }, SIDE)]).toEqual([false, true]);
  expect(wish(hand, { x: 101, y: 297 }, SIDE)).toEqual(STILL);
});

it("takes a smaller board for what it is", () => {
  const hand: Hand = { ...EMPTY, goal: { x: 6, y: 5 } };
  expect([10, 1_000].map((side) => arrived(hand, { x: 5, y: 5 }, side))).toEqual([false, true]);
});

it("forgets the place once a key is pressed", () => {
  expect(press({ ...EMPTY, goal: HERE }, "KeyW").goal).toBeUndefined();
});

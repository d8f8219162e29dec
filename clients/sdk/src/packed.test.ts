// The decoder against what the server's encoder writes: its test keeps `packed.vectors.json` up to date.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { unpack, type Held } from "./packed.js";

interface Step {
  hex: string;
  tick: number;
  t: number;
  state: unknown;
}

const stories = JSON.parse(readFileSync(new URL("packed.vectors.json", import.meta.url), "utf8")) as {
  name: string;
  steps: Step[];
}[];

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

/** Numbers keep their sign, and members stand in an order of their own: only what they say counts. */
function check(held: Held, step: Step): void {
  expect(held.tick).toBe(step.tick);
  expect(held.t).toBeCloseTo(step.t, 3);
  assert.deepStrictEqual(held.state, step.state);
}

describe("unpack", () => {
  it.each(stories.map(({ name, steps }) => [name, steps] as const))("%s", (_, steps) => {
    let held: Held | undefined;
    for (const step of steps) {
      held = unpack(bytes(step.hex), held);
      check(held, step);
    }
  });

  it("leaves earlier states as they are, and shares what did not change", () => {
    const [keyframe, delta] = stories[0]?.steps ?? [];
    if (!keyframe || !delta) throw new Error("a story");
    const before = unpack(bytes(keyframe.hex));
    const after = unpack(bytes(delta.hex), before);
    check(before, keyframe);
    expect(after.state).not.toBe(before.state);
  });

  it("reads bytes wherever they lie", () => {
    const [keyframe] = stories[1]?.steps ?? [];
    if (!keyframe) throw new Error("a story");
    const padded = bytes(`ffff${keyframe.hex}ff`);
    check(unpack(padded.subarray(2, -1)), keyframe);
    const copy: ArrayBuffer = new ArrayBuffer(keyframe.hex.length / 2);
    new Uint8Array(copy).set(bytes(keyframe.hex));
    check(unpack(copy), keyframe);
  });

  it("changes no prototype, whatever a member is called", () => {
    const [keyframe] = stories.find(({ name }) => name.startsWith("names that mean"))?.steps ?? [];
    if (!keyframe) throw new Error("a story");
    const { state } = unpack<object>(bytes(keyframe.hex));
    expect(Object.keys(state)).toContain("__proto__");
    expect(Object.getPrototypeOf(state)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });

  it("refuses a delta from another view, and one without a view", () => {
    const [keyframe, first, second] = stories[0]?.steps ?? [];
    if (!keyframe || !first || !second) throw new Error("a story");
    const held = unpack(bytes(keyframe.hex));
    expect(() => unpack(bytes(first.hex))).toThrow("another view");
    expect(() => unpack(bytes(second.hex), held)).toThrow("another view");
  });

  it("refuses what is cut at any byte, and what is too long", () => {
    for (const { steps } of stories.slice(0, 5)) {
      let held: Held | undefined;
      for (const { hex } of steps) {
        const whole = bytes(hex);
        for (let end = 0; end < whole.length; end += 1) {
          const copy = held && structuredClone(held);
          expect(() => unpack(whole.subarray(0, end), copy)).toThrow();
        }
        const copy = held && structuredClone(held);
        expect(() => unpack(bytes(`${hex}00`), copy)).toThrow("bytes are left");
        held = unpack(whole, held);
      }
    }
  });
});

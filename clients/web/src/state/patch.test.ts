import { describe, expect, it } from "vitest";

import type { Json } from "../wire.ts";
import { merge } from "./patch.ts";

// RFC 7396, appendix A: the test cases of the document itself.
const RFC_7396: [Json, Json, Json][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

describe("merge", () => {
  it.each(RFC_7396)("merges as RFC 7396 says: %j with %j is %j", (target, patch, merged) => {
    expect(merge(target, patch)).toEqual(merged);
  });

  it("leaves its arguments as they were", () => {
    const target = { roster: { 1: { name: "Ada" } } };
    const patch = { roster: { 1: { name: "Bo" }, 2: { name: "Cy" } } };
    const before = structuredClone([target, patch]);
    merge(target, patch);
    expect([target, patch]).toEqual(before);
  });

  it("keeps what did not change, so that a view can tell", () => {
    const question = { text: "?" };
    const merged = merge({ question, answered: 1 }, { answered: 2 }) as { question: Json };
    expect(merged.question).toBe(question);
  });

  it("gives no object a foreign prototype", () => {
    const merged = merge({}, JSON.parse('{"__proto__": {"polluted": true}}') as Json);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect("polluted" in (merged as object)).toBe(false);
  });
});

import { describe, expect, it } from "vitest";

import { codeIn, digits, isCode, isLoopback, joinLink, spaced, watchPath } from "./code.ts";

describe("codes", () => {
  it("ignores what people type between the digits", () => {
    expect(digits(" 123 4-56")).toBe("123456");
    expect(digits("12345678")).toBe("123456");
  });

  it("are six digits", () => {
    expect(["123456", "12345", "", "12345a"].map(isCode)).toEqual([true, false, false, false]);
  });

  it("are shown in two halves", () => {
    expect(spaced("123456")).toBe("123 456");
    expect(spaced("12")).toBe("12");
  });
});

describe("codeIn", () => {
  it.each([
    ["http://x/join/123456", "123456"],
    ["http://x/join/123%20456", "123456"],
    ["http://x/?code=123+456", "123456"],
    ["http://x/", ""],
    ["http://x/join/", ""],
    ["http://x/watch/123456", "123456"],
    ["http://x/watch", ""],
  ])("%s", (url, code) => {
    expect(codeIn(new URL(url))).toBe(code);
  });
});

it("makes links that codeIn reads", () => {
  expect(codeIn(new URL(watchPath("123456"), "https://quiz.example"))).toBe("123456");
  expect(codeIn(new URL(joinLink("https://quiz.example", "123456")))).toBe("123456");
});

it("knows which addresses no phone can open", () => {
  expect(["localhost", "127.0.0.1", "[::1]", "192.168.0.7", "quiz.example"].map(isLoopback)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

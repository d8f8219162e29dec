import { describe, expect, it } from "vitest";

import { hostLinkIn, playersSite } from "./hostlink.ts";

describe("hostLinkIn", () => {
  it("reads the key", () => {
    expect(hostLinkIn("#key=abc-123")).toEqual({ key: "abc-123" });
    expect(hostLinkIn("#key=a%20b%2Fc")).toEqual({ key: "a b/c" });
  });

  it("reads where players go", () => {
    expect(hostLinkIn("#key=k&players=http%3A%2F%2F192.0.2.7%3A3000")).toEqual({
      key: "k",
      players: "http://192.0.2.7:3000",
    });
  });

  it("takes nothing without a key, and no site that is none", () => {
    expect(hostLinkIn("#key=")).toBeUndefined();
    expect(hostLinkIn("#players=http%3A%2F%2Fx")).toBeUndefined();
    expect(hostLinkIn("")).toBeUndefined();
    expect(hostLinkIn("#key=k&players=javascript%3Aalert(1)")).toEqual({ key: "k" });
    expect(hostLinkIn("#key=k&players=192.0.2.7")).toEqual({ key: "k" });
  });
});

describe("playersSite", () => {
  const told = "http://192.0.2.7:3000";

  it("is what the server says, where this page's own address leads nowhere for others", () => {
    expect(playersSite(new URL("http://127.0.0.1:3000"), told)).toBe(told);
    expect(playersSite(new URL("http://127.0.0.1:3000"), undefined)).toBe("http://127.0.0.1:3000");
  });

  it("is this page's own where others can reach it, whatever a link says", () => {
    expect(playersSite(new URL("https://quiz.example"), told)).toBe("https://quiz.example");
  });
});

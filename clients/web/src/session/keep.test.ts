import { describe, expect, it } from "vitest";

import { keepHostKey, keepSeat } from "./keep.ts";

function store(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  } as unknown as Storage;
}

const SEAT = { room: "123456", token: "secret", name: "Ada" };

describe("keepSeat", () => {
  it("gives back after a reload what was kept, and nothing once forgotten", () => {
    const tab = store();
    keepSeat("player", () => tab).write(SEAT);
    expect(keepSeat("player", () => tab).read()).toEqual(SEAT);
    keepSeat("player", () => tab).forget();
    expect(keepSeat("player", () => tab).read()).toBeUndefined();
  });

  it("keeps a player's and a host's apart", () => {
    const tab = store();
    keepSeat("player", () => tab).write(SEAT);
    expect(keepSeat("host", () => tab).read()).toBeUndefined();
  });

  it("takes what it did not write for nothing", () => {
    const tab = store();
    tab.setItem("parlor.seat.player", "{");
    expect(keepSeat("player", () => tab).read()).toBeUndefined();
    tab.setItem("parlor.seat.player", '{"room": 1}');
    expect(keepSeat("player", () => tab).read()).toBeUndefined();
  });

  it("works for the page's life where storage is forbidden", () => {
    const kept = keepSeat("player", () => {
      throw new Error("forbidden");
    });
    kept.write(SEAT);
    expect(kept.read()).toEqual(SEAT);
    kept.forget();
    expect(kept.read()).toBeUndefined();
  });
});

it("keeps a host's key", () => {
  const tab = store();
  keepHostKey(() => tab).write("k");
  expect(keepHostKey(() => tab).read()).toBe("k");
});

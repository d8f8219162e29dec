import { expect, it } from "vitest";

import { AVATARS } from "../state/avatar.ts";
import { ownAvatar, wear } from "./avatar.ts";
import { keepAvatar } from "./keep.ts";

function tab(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  const held = new Map<string, string>();
  return {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => void held.set(name, value),
    removeItem: (name) => void held.delete(name),
  };
}

it("is any at first, and the same after a reload", () => {
  const store = tab();
  const first = ownAvatar(
    keepAvatar(() => store),
    () => 0.5,
  );
  expect(first).toBe(AVATARS / 2);
  const reloaded = ownAvatar(
    keepAvatar(() => store),
    () => 0.9,
  );
  expect(reloaded).toBe(first);
});

it("is what was chosen, after a reload too", () => {
  const store = tab();
  wear(
    0,
    keepAvatar(() => store),
  );
  expect(
    ownAvatar(
      keepAvatar(() => store),
      () => 0.9,
    ),
  ).toBe(0);
});

it("is any, where something else was kept", () => {
  const store = tab();
  store.setItem("parlor.avatar", '"cat"');
  expect(
    ownAvatar(
      keepAvatar(() => store),
      () => 0,
    ),
  ).toBe(0);
});

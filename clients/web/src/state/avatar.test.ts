import { describe, expect, it } from "vitest";

import { anyAvatar, AVATARS, avatarFor, avatarOf, PART_NAMES, PARTS, partsOf, stepped } from "./avatar.ts";

describe("a number and its parts", () => {
  it("are one for every avatar, and all fit into sixteen bits", () => {
    expect(AVATARS).toBe(64_000);
    const odd = Array.from({ length: AVATARS }, (_, avatar) => avatar).filter(
      (avatar) => avatarOf(partsOf(avatar)) !== avatar,
    );
    expect(odd).toEqual([]);
  });

  it("begin again past the last, so that any number is an avatar", () => {
    expect(partsOf(0)).toEqual({ body: 0, colour: 0, eyes: 0, mouth: 0, extra: 0 });
    expect(partsOf(AVATARS - 1)).toEqual({ body: 9, colour: 9, eyes: 7, mouth: 7, extra: 9 });
    expect(partsOf(65_535)).toEqual(partsOf(65_535 - AVATARS));
    expect(partsOf(-1)).toEqual(partsOf(AVATARS - 1));
  });
});

describe("choosing", () => {
  it.each(PART_NAMES)("steps through every %s and changes nothing else", (part) => {
    const start = 31_337;
    const others = Object.entries(partsOf(start)).filter(([name]) => name !== part);
    const seen = new Set<number>();
    let avatar = start;
    for (let step = 0; step < PARTS[part]; step += 1) {
      const before = avatar;
      avatar = stepped(avatar, part, 1);
      expect(stepped(avatar, part, -1)).toBe(before);
      expect(partsOf(avatar)).toMatchObject(Object.fromEntries(others));
      seen.add(partsOf(avatar)[part]);
    }
    expect(avatar).toBe(start);
    expect(seen.size).toBe(PARTS[part]);
  });

  it("takes another one than there is", () => {
    expect(anyAvatar(() => 0)).toBe(0);
    expect(anyAvatar(() => 0.999_999_9)).toBe(AVATARS - 1);
    for (const random of [0, 0.3, 0.999_999_9]) expect(anyAvatar(() => random, 7)).not.toBe(7);
    expect(anyAvatar(() => 0, AVATARS - 1)).toBe(0);
  });
});

describe("somebody who has chosen none", () => {
  it("looks the same to everybody", () => {
    expect(avatarFor(3, "Ada")).toBe(avatarFor(3, "Ada"));
    expect(avatarFor(3, "Ada")).not.toBe(avatarFor(4, "Ada"));
    expect(avatarFor(3, "Ada")).not.toBe(avatarFor(3, "Bo"));
  });

  it("is one of all, and looks like few others", () => {
    const looks = Array.from({ length: 300 }, (_, seat) => partsOf(avatarFor(seat + 1, `Player ${seat}`)));
    for (const part of PART_NAMES) {
      const taken = new Map<number, number>();
      for (const { [part]: which } of looks) taken.set(which, (taken.get(which) ?? 0) + 1);
      expect([...taken.keys()].every((which) => which >= 0 && which < PARTS[part])).toBe(true);
      expect(taken.size, part).toBe(PARTS[part]);
      expect(Math.max(...taken.values()), part).toBeLessThan((2 * looks.length) / PARTS[part]);
    }
  });
});

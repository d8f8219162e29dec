import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { AVATARS, avatarOf } from "../state/avatar.ts";
import { layers } from "./face.ts";

const BARE = { body: 0, colour: 0, eyes: 0, mouth: 0, extra: 0 };

it("paints from the body to what is worn, with colours that the theme has", () => {
  const tokens = readFileSync(new URL("../theme/tokens.css", import.meta.url), "utf8");
  // A number prime to those of all parts: every drawing is met.
  for (let avatar = 0; avatar < AVATARS; avatar += 97) {
    const [body, ...others] = layers(avatar);
    expect([body?.width, others.length > 1]).toEqual([6, true]);
    for (const { path, fill, stroke } of layers(avatar)) {
      expect(path).toMatch(/^M/);
      for (const token of [fill, stroke]) if (token !== undefined) expect(tokens).toContain(`${token}:`);
    }
  }
});

it("wears what is not of the body's colour", () => {
  for (let colour = 0; colour < 10; colour += 1) {
    const hat = layers(avatarOf({ ...BARE, colour, extra: 8 }));
    expect(new Set(hat.map(({ fill }) => fill)).has(`--face-${colour + 1}`)).toBe(true);
    expect(hat.filter(({ fill }) => fill === `--face-${colour + 1}`)).toHaveLength(1);
  }
});

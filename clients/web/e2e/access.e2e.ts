// Every screen in every state as people with other eyes, hands or ears meet it: axe-core looks at all scenes of the gallery,
// on a phone and on a projector, in light and dark. What axe can't see - order, words, live regions - the other tests hear.
import { expect } from "vitest";

import { type Look, lookAt, scenesOf } from "../gallery/look.js";
import { violations } from "./axe.ts";
import { it } from "./hall.ts";

/** A phone and a projector. */
const SIZES = [
  [320, 640],
  [1920, 1080],
] as const;

it("has no violation on any screen, in light and dark", async ({ browser, gallery }) => {
  const scenes = await scenesOf(browser, gallery.url);
  expect(scenes.length).toBeGreaterThan(200);
  const found: Record<string, string[]> = {};
  const see = async ({ page, scene, width, scheme }: Look): Promise<void> => {
    const wrong = await violations(page);
    if (wrong.length > 0) found[`${scene}, ${width}, ${scheme}`] = wrong;
  };
  await lookAt(browser, gallery.url, scenes, see, SIZES);
  expect(found).toEqual({});
}, 900_000);

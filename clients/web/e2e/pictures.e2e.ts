// Every scene of the gallery, laid out without fault at every size, and as its kept pictures show it, in light and dark.
// Who changes a screen on purpose keeps its new pictures by `npm run pictures -- --accept`.
import { expect } from "vitest";

import { scenesOf } from "../gallery/look.js";
import { keptAlbum, type Review, review } from "../gallery/review.ts";
import { it } from "./hall.ts";

let scenes: string[];
let seen: Review;

it.beforeAll(async ({ browser, gallery }) => {
  scenes = await scenesOf(browser, gallery.url);
  seen = await review(browser, gallery.url, scenes);
}, 900_000);

it("lays nothing out so that it overlaps, is cut, leaves the screen or is empty", () => {
  expect(scenes.length).toBeGreaterThan(200);
  expect(seen.wrong).toEqual([]);
});

it("shows every scene as its kept pictures do", ({ skip }) => {
  if (seen.incomparable !== undefined) skip(seen.incomparable);
  expect(seen.differences).toEqual([]);
});

it("keeps no pictures of scenes that are gone", async () => {
  const kept = [...((await keptAlbum())?.scenes.keys() ?? [])];
  expect(kept.filter((scene) => !scenes.includes(scene))).toEqual([]);
});

// Who wants less to move is shown nothing that moves: what the gallery's pages say of their animations, and confetti, which is drawn.
// That no scene moves anything then is held by all that goes over the gallery, as what a scene reports is a fault of its own.
import { expect } from "vitest";

import { settled } from "../gallery/look.js";
import { it } from "./hall.ts";

/** Scenes that move, each in its own way: steps that rise, bars that grow, rows that slide, shapes that appear, confetti. */
const MOVING = ["host-podium", "host-reveal", "host-leaderboard", "play-countdown", "play-podium-unveiled"];

it.for(["no-preference", "reduce"] as const)(
  "moves things, or nothing, as is wanted: %s",
  async (wanted, { browser, gallery }) => {
    const page = await browser.newPage({ reducedMotion: wanted });
    const moving = new Set<string>();
    let scene = "";
    page.on("console", (message) => {
      if (message.text().startsWith("moves: ")) moving.add(scene);
    });
    const drawn: string[] = [];
    for (scene of MOVING) {
      await page.goto(`${gallery.url}?scene=${scene}`);
      await page.waitForSelector("html[data-ready]");
      if ((await page.locator("canvas").count()) > 0) drawn.push(scene);
      // Rows wait before they slide, but are animated from the start.
      await settled(page);
    }
    const moves = wanted === "no-preference";
    expect([...moving]).toEqual(moves ? MOVING : []);
    expect(drawn).toEqual(moves ? ["play-podium-unveiled"] : []);
  },
);

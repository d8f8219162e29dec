// What must be in sight is: the whole of a question or a sign that it goes on, the code beside what comes and goes, a fault where
// it happened, every row beside one's own. On scenes of the gallery, at the sizes that are hard for each.
import { expect } from "vitest";

import type { Browser, Locator, Page } from "playwright-core";

import { en as text } from "../src/i18n/en.ts";
import { it } from "./hall.ts";

async function shown(
  browser: Browser,
  url: string,
  scene: string,
  [width, height]: readonly [number, number],
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: "reduce" });
  await page.goto(`${url}?scene=${scene}`);
  await page.waitForSelector("html[data-ready]");
  return page;
}

const boxOf = async (
  what: Locator,
): Promise<{ left: number; right: number; top: number; bottom: number }> => {
  const box = await what.boundingBox();
  expect(box).not.toBeNull();
  const { x = 0, y = 0, width = 0, height = 0 } = box ?? {};
  return { left: x, right: x + width, top: y, bottom: y + height };
};

const question = (page: Page): Locator => page.getByRole("heading", { level: 1 });

it.for([
  [1280, 720],
  [1920, 1080],
] as const)(
  "shows a question of a thousand characters whole at %i by %i",
  async (size, { browser, gallery }) => {
    const page = await shown(browser, gallery.url, "host-question-longest", size);
    expect(await question(page).getAttribute("tabindex")).toBeNull();
  },
);

it.for([
  [768, 1024],
  [1024, 768],
  [1280, 720],
  [1366, 768],
  [1920, 1080],
] as const)(
  "shows every choice above the controls, however long all is, at %i by %i",
  async (size, { browser, gallery }) => {
    for (const scene of ["host-question-longest", "host-reveal-longest"]) {
      const page = await shown(browser, gallery.url, scene, size);
      const controls = await boxOf(page.getByRole("navigation", { name: text.host.controls }));
      const last = await boxOf(page.getByRole("main").getByRole("listitem").last());
      expect(last.bottom, scene).toBeLessThanOrEqual(controls.top);
    }
  },
);

it.for(["host-question-longest", "host-reveal-longest", "play-question-longest"])(
  "says on a phone that there is more of %s, and the keyboard gets to its end",
  async (scene, { browser, gallery }) => {
    const page = await shown(browser, gallery.url, scene, [320, 640]);
    await page.locator("h1[data-more]").waitFor();
    await question(page).focus();
    await page.keyboard.press("End");
    await page.locator("h1:not([data-more])").waitFor();
    await page.keyboard.press("Home");
    await page.locator("h1[data-more]").waitFor();
  },
);

it.for([
  [320, 640],
  [390, 844],
  [844, 390],
  [768, 1024],
  [1024, 768],
  [1280, 720],
] as const)(
  "offers to undo a removal over nothing that is used at %i by %i",
  async (size, { browser, gallery }) => {
    const page = await shown(browser, gallery.url, "host-question-removing", size);
    const undo = await boxOf(page.getByRole("button", { name: text.host.keep("") }));
    const code = await boxOf(page.getByText("482 913"));
    const across = Math.min(code.right, undo.right) - Math.max(code.left, undo.left);
    const down = Math.min(code.bottom, undo.bottom) - Math.max(code.top, undo.top);
    expect(Math.min(across, down)).toBeLessThanOrEqual(0);
    // One after the other, the last one first; what is in the way of a press fails it.
    for (const what of [
      text.host.keep("A name"),
      text.host.keep("Barbara"),
      text.sounds.label,
      text.host.end,
    ]) {
      await page.getByRole("button", { name: what }).click();
    }
  },
);

it.for([
  [320, 640],
  [1280, 720],
] as const)("brings back on the spot who was removed, at %i by %i", async (size, { browser, gallery }) => {
  const page = await shown(browser, gallery.url, "host-lobby-removing", size);
  await page.getByRole("button", { name: text.host.keep("Grace"), exact: true }).press("Enter");
  const again = page.getByRole("button", { name: text.host.kick("Grace"), exact: true });
  expect(await again.evaluate((button) => button === document.activeElement)).toBe(true);
});

it.for([
  [320, 640],
  [768, 1024],
] as const)(
  "says at its field that there is no such room, at %i by %i",
  async (size, { browser, gallery }) => {
    const page = await shown(browser, gallery.url, "host-packs-no-room", size);
    const fault = await boxOf(page.getByRole("alert"));
    expect(fault.top).toBeGreaterThan(0);
    expect(fault.bottom).toBeLessThan(size[1]);
    const field = await boxOf(page.locator("#take-over"));
    expect(fault.top - field.bottom).toBeLessThan(20);
  },
);

it.for([
  [1280, 720],
  [1920, 1080],
] as const)("cuts no row for one's own below them at %i by %i", async (size, { browser, gallery }) => {
  const page = await shown(browser, gallery.url, "play-leaderboard-300", size);
  const last = await boxOf(page.getByRole("row").last());
  const own = await boxOf(page.getByText(`${text.leaderboard.you}: `));
  expect(own.top).toBeGreaterThanOrEqual(last.bottom);
});

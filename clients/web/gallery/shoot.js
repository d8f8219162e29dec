// Takes a picture of every scene, at every size, in light and dark, into a folder: `npm run shoot -- DIR [PART]`.
// It judges nothing but what no scene may do: scroll sideways, or report a fault to the console.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { chromiumPath } from "../e2e/chromium.js";
import { serveGallery } from "./serve.js";

/** @type {[number, number][]} */
const SIZES = [
  [320, 640],
  [390, 844],
  [1280, 720],
  [1920, 1080],
];

const [into = "shots", part = ""] = process.argv.slice(2);
await mkdir(into, { recursive: true });

const gallery = await serveGallery();
const site = gallery.url;
const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ["--no-sandbox", "--disable-gpu"],
});

let faults = 0;
for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  const page = await browser.newPage({ colorScheme, reducedMotion: "reduce" });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") console.error(page.url(), message.text());
  });
  await page.goto(site);
  await page.waitForSelector("a");
  const scenes = await page.$$eval("a", (links) => links.map((link) => link.textContent));
  for (const scene of scenes.filter((name) => name.includes(part))) {
    await page.goto(`${site}?scene=${scene}`);
    await page.waitForSelector("main");
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      // Two frames: the styles of the former size are gone by then.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      await page.screenshot({ path: join(into, `${scene}-${width}-${colorScheme}.png`) });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      if (!sideways) continue;
      console.error(`${scene} scrolls sideways at ${width}`);
      faults += 1;
    }
  }
}
await browser.close();
await gallery.stop();
process.exitCode = faults === 0 ? 0 : 1;

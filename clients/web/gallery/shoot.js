// Takes a picture of every scene, at every size, in light and dark, into a folder: `npm run shoot -- DIR [PART]`.
// It judges nothing but what no scene may do: report a fault to the console.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { chromiumPath } from "../e2e/chromium.js";
import { lookAt, scenesOf } from "./look.js";
import { serveGallery } from "./serve.js";

const [into = "shots", part = ""] = process.argv.slice(2);
await mkdir(into, { recursive: true });

const gallery = await serveGallery();
const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const scenes = (await scenesOf(browser, gallery.url)).filter((name) => name.includes(part));
const faults = await lookAt(browser, gallery.url, scenes, async ({ page, scene, width, scheme }) => {
  await page.screenshot({ path: join(into, `${scene}-${width}-${scheme}.png`) });
});
await browser.close();
await gallery.stop();
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

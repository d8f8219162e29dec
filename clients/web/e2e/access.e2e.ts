// Every screen in every state as people with other eyes, hands or ears meet it: axe-core looks at all scenes of the gallery,
// on a phone and on a projector, in light and dark. What axe can't see - order, words, live regions - the other tests hear.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { serveGallery } from "../gallery/serve.js";
import { launchBrowser } from "./people.ts";

/** WCAG 2.2 AA is what these add up to; the last are axe's own, of what no norm asks but everybody needs. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const SIZES = { phone: { width: 320, height: 640 }, projector: { width: 1920, height: 1080 } } as const;

let browser: Browser;
let gallery: Awaited<ReturnType<typeof serveGallery>>;
let axe: string;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  gallery = await serveGallery();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await gallery?.stop();
});

async function scenes(page: Page): Promise<string[]> {
  await page.goto(gallery.url);
  await page.waitForSelector("a");
  return page.$$eval("a", (links) => links.map((link) => link.textContent));
}

/** Two frames: the styles of the former size are gone by then. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** What is wrong with the page, each in a line that says where. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (rules) =>
      (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        runOnly: rules,
        resultTypes: ["violations"],
      }),
    RULES,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)}: ${failureSummary ?? ""}`),
  );
}

it.each(["light", "dark"] as const)(
  "no screen has a violation in %s",
  async (colorScheme) => {
    const page = await browser.newPage({ colorScheme, reducedMotion: "reduce" });
    const names = await scenes(page);
    expect(names.length).toBeGreaterThan(40);
    const found: Record<string, string[]> = {};
    for (const name of names) {
      await page.goto(`${gallery.url}?scene=${name}`);
      await page.waitForSelector("main");
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        await settled(page);
        const wrong = await violations(page);
        if (wrong.length > 0) found[`${name}, ${size}`] = wrong;
      }
    }
    await page.context().close();
    expect(found).toEqual({});
  },
  600_000,
);

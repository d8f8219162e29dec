// Every screen in every state as people with other eyes, hands or ears meet it: axe-core looks at all scenes of the gallery,
// on a phone and on a projector, in light and dark. What axe can't see - order, words, live regions - the other tests hear.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { type Look, lookAt, scenesOf } from "../gallery/look.js";
import { it } from "./hall.ts";

/** WCAG 2.2 AA is what these add up to; the last are axe's own, of what no norm asks but everybody needs. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** A phone and a projector. */
const SIZES = [
  [320, 640],
  [1920, 1080],
] as const;

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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

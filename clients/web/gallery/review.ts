// Goes over scenes of the gallery, at every size, in light and dark: what is wrong with them, and how they differ from the
// pictures that are kept. It accepts nothing, and keeps nothing but pictures of what differs, for a person to look at.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Browser, CDPSession, Page } from "playwright-core";

import { type Album, type Kept, lookName, read } from "./album.ts";
import { Darkroom } from "./darkroom.ts";
import { differing, shapeOf } from "./grid.ts";
import { lookAt, settled } from "./look.js";
import { wrongs } from "./structure.ts";

export const ALBUM = fileURLToPath(new URL("pictures.txt", import.meta.url));

/** Where pictures of what differs are written. */
export const DIFFERENCES = fileURLToPath(new URL("../../../target/pictures", import.meta.url));

export interface Review {
  /** What is wrong, each with its scene, its width and its element. */
  readonly wrong: readonly string[];
  /** Looks that differ from what is kept, and scenes of which nothing is. */
  readonly differences: readonly string[];
  /** Why no look was compared, if none was. */
  readonly incomparable?: string;
  /** These scenes as they look. */
  readonly album: Album;
}

/** How often a look that differs is looked at once more. */
const PATIENCE = 3;

/** One picture of a look. */
interface Taken {
  readonly png: string;
  readonly grid: Kept["grid"];
  /** The page's height. */
  readonly long: number;
  /** Where it differs from what is kept. */
  readonly spots: ReturnType<typeof differing>;
}

export async function keptAlbum(): Promise<Album | undefined> {
  return readFile(ALBUM, "utf8").then(read, () => undefined);
}

/** As devtools take it: no scrolling, no waiting for fonts that are there, and quickly packed. */
async function shoot(devtools: CDPSession): Promise<string> {
  return (await devtools.send("Page.captureScreenshot", { format: "png", optimizeForSpeed: true })).data;
}

export async function review(browser: Browser, url: string, scenes: readonly string[]): Promise<Review> {
  const darkroom = await Darkroom.of(browser);
  const { madeWith } = darkroom;
  const kept = await keptAlbum();
  const incomparable =
    kept && kept.madeWith !== madeWith
      ? `the kept pictures were made with ${kept.madeWith}, this is ${madeWith}: they could not be compared`
      : undefined;
  const wrong: string[] = [];
  const differences: string[] = [];
  const sessions = new Map<Page, CDPSession>();
  const seen = new Map<string, Map<string, Kept>>();
  const faults = await lookAt(browser, url, scenes, async ({ page, scene, width, height, scheme }) => {
    const name = lookName(width, scheme);
    // Boxes have no colours.
    if (scheme === "light") {
      let found = await page.evaluate(wrongs);
      // On a busy machine a page may yet be on its way to this size.
      if (found.length > 0) {
        await settled(page);
        found = await page.evaluate(wrongs);
      }
      wrong.push(...found.map((each) => `${scene} at ${width}: ${each}`));
    }
    if (incomparable !== undefined) return;
    const devtools = sessions.get(page) ?? (await page.context().newCDPSession(page));
    sessions.set(page, devtools);
    const before = kept?.scenes.get(scene)?.get(name);
    const take = async (): Promise<Taken> => {
      const png = await shoot(devtools);
      const grid = await darkroom.develop(png, shapeOf(width, height));
      const long = await page.evaluate(() => document.documentElement.scrollHeight);
      return { png, grid, long, spots: before ? differing(before.grid, grid) : [] };
    };
    const isKept = ({ long, spots }: Taken): boolean => spots.length === 0 && before?.height === long;
    let taken = await take();
    // On a busy machine a page may yet be painting: a difference is what stays.
    for (let again = 1; before && !isKept(taken) && again <= PATIENCE; again += 1) {
      await page.waitForTimeout(again * 50);
      await settled(page);
      taken = await take();
    }
    const { png, grid, long, spots } = taken;
    const looks = seen.get(scene) ?? new Map<string, Kept>();
    seen.set(scene, looks.set(name, { grid, height: long }));
    if (!before || isKept(taken)) return;
    const how =
      spots.length === 0 ? `is ${long} high, not ${before.height}` : `differs in ${spots.length} places`;
    differences.push(`${scene}, ${name} ${how}`);
    const to = join(DIFFERENCES, `${scene}-${name}`);
    await mkdir(DIFFERENCES, { recursive: true });
    await writeFile(`${to}-before.png`, await darkroom.enlarge(before.grid, width, height));
    await writeFile(`${to}-after.png`, Buffer.from(png, "base64"));
    await writeFile(`${to}-diff.png`, await darkroom.mark(png, grid, spots));
  });
  await darkroom.close();
  if (incomparable === undefined) {
    for (const scene of scenes.filter((each) => !kept?.scenes.has(each))) {
      differences.push(`${scene} is not kept yet`);
    }
  }
  return {
    wrong: [...wrong, ...faults],
    differences,
    ...(incomparable === undefined ? {} : { incomparable }),
    album: { madeWith, scenes: seen },
  };
}

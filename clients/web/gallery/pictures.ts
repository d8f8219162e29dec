// Compares the gallery with its kept pictures: `npm run pictures [-- PART]`; `npm run pictures -- --accept [PART]` keeps what is
// seen. The same is done by e2e/pictures.e2e.ts, which accepts nothing.
import { writeFile } from "node:fs/promises";

import { launchBrowser } from "../e2e/people.ts";
import { write } from "./album.ts";
import { scenesOf } from "./look.js";
import { ALBUM, DIFFERENCES, keptAlbum, review } from "./review.ts";
import { serveGallery } from "./serve.js";

const ACCEPT = "--accept";

const said = process.argv.slice(3);
const part = said.find((each) => each !== ACCEPT) ?? "";
const gallery = await serveGallery();
const browser = await launchBrowser();
const all = await scenesOf(browser, gallery.url);
const before = await keptAlbum();
const began = performance.now();
const { wrong, differences, incomparable, album } = await review(
  browser,
  gallery.url,
  all.filter((scene) => scene.includes(part)),
);
await browser.close();
await gallery.stop();
const seconds = Math.round((performance.now() - began) / 1_000);

for (const each of [...wrong, ...differences]) console.error(each);
if (incomparable !== undefined) console.error(incomparable);
console.log(`${all.length} scenes, ${wrong.length} wrong, ${differences.length} looks differ, ${seconds} s`);
if (said.includes(ACCEPT)) {
  if (incomparable !== undefined && part !== "")
    throw new Error("with another browser, accept all or nothing");
  const kept = incomparable === undefined ? [...(before?.scenes ?? [])] : [];
  const scenes = new Map([...kept.filter(([scene]) => all.includes(scene)), ...album.scenes]);
  await writeFile(ALBUM, write({ madeWith: album.madeWith, scenes }));
} else if (differences.length > 0) {
  console.error(`pictures of it are in ${DIFFERENCES}; npm run pictures -- ${ACCEPT} keeps what is seen`);
}
process.exitCode = wrong.length === 0 && (differences.length === 0 || said.includes(ACCEPT)) ? 0 : 1;

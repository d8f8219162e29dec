// The eyes that look over every scene's layout see what is wrong, and nothing where nothing is.
import { expect } from "vitest";

import { wrongs } from "../gallery/structure.ts";
import { it } from "./hall.ts";

it.for([
  ["overlap", `<p>One line</p><p style="margin-top: -2rem">Another line</p>`],
  ["overlap", `<p>Words</p><button style="display: block; margin-top: -2.5rem">Join</button>`],
  ["is cut", `<div style="width: 3rem; overflow: hidden; white-space: nowrap">A name that is cut</div>`],
  ["is cut", `<div style="height: 1rem; overflow: hidden">Words<br>in<br>many<br>lines</div>`],
  ["leaves the screen", `<div style="margin-left: -2rem">Some words</div>`],
  ["scrolls sideways", `<div style="width: 120vw">Wide</div>`],
  [
    "is larger than its button",
    `<button style="width: 2rem; white-space: nowrap; padding: 0">Join it</button>`,
  ],
  ["has no size", `<p>Words</p><svg style="width: 0; height: 0"></svg>`],
  ["shows no picture", `<p>Words</p><img alt="A cat" src="data:," style="width: 2rem; height: 2rem">`],
  ["is turned around", `<p dir="rtl">4 / 10</p>`],
  ["is turned around", `<p dir="rtl">+940</p>`],
  ["is empty", `<main></main>`],
] as const)("sees that something %s", async ([what, html], { browser }) => {
  const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
  await page.setContent(`<!doctype html><div id="app">${html}</div>`);
  const found = await page.evaluate(wrongs);
  expect(found.map((fault) => fault.split(":")[0])).toContain(what);
});

it.for([
  `<p>One line</p><p>Another line</p><button>Join</button>`,
  `<div style="width: 3rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">A long name</div>`,
  `<div style="height: 2rem; overflow: auto">Words<br>in<br>many<br>lines</div>`,
  `<div dir="rtl"><p>1,204</p><p><bdi>4 / 10</bdi> <bdi>+940</bdi></p><p>שאלה 4 מתוך 10</p></div>`,
  `<p>Words<br>in<br>lines</p><nav style="position: sticky; bottom: 0; margin-top: -3rem"><button>Next</button></nav>`,
])("finds nothing wrong with %s", async (html, { browser }) => {
  const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
  await page.setContent(`<!doctype html><div id="app">${html}</div>`);
  expect(await page.evaluate(wrongs)).toEqual([]);
});

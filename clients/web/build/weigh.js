// Measures how soon the player's page can be used on a bad phone in a bad network: `npm run weigh -- [URL [TIMES]]`, with a
// server there. It prints, and judges nothing: how long something takes is no test. What the page weighs is one (budget.test.ts).
import { chromium } from "playwright-core";

import { chromiumPath } from "../e2e/chromium.js";

const [url = process.env["PARLOR_URL"] ?? "http://127.0.0.1:3000", times = "5"] = process.argv.slice(2);

/** 400 ms there and back, 400 kbit/s each way, a processor four times slower than this one. */
const LATENCY_MS = 400;
const BYTES_PER_S = 400_000 / 8;
const SLOWDOWN = 4;

/** Requests that begin this close to each other are one wave: each wave waits once for the network. */
const WAVE_MS = LATENCY_MS / 2;

const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

/** What a page notes of itself, from the first moment of its document. */
function watch() {
  const noted = { usable: NaN, taken: NaN, shifts: 0 };
  Object.assign(window, { noted });
  new PerformanceObserver((list) => {
    // What makes room for the answer is no shift of its own.
    if (document.querySelector("[role=alert]:not([hidden])")) return;
    for (const entry of list.getEntries())
      noted.shifts += /** @type {PerformanceEntry & { value: number }} */ (entry).value;
  }).observe({ type: "layout-shift", buffered: true });
  // The form can be seen, and the page has time for whoever uses it.
  const look = () => {
    const field = document.querySelector("form input");
    if (!field?.checkVisibility({ visibilityProperty: true })) return requestAnimationFrame(look);
    return requestIdleCallback(() => (noted.usable = performance.now()));
  };
  look();
}

/** @param {import("playwright-core").Page} page */
const noted = (page) =>
  page.evaluate(
    () => /** @type {{noted: {usable: number, shifts: number}}} */ (/** @type {unknown} */ (window)).noted,
  );

async function visit() {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: BYTES_PER_S,
    uploadThroughput: BYTES_PER_S,
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  let bytes = 0;
  /** @type {{ name: string, at: number }[]} */
  const asked = [];
  devtools.on("Network.requestWillBeSent", ({ request, timestamp }) => {
    asked.push({ name: new URL(request.url).pathname, at: timestamp * 1000 });
  });
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.addInitScript(watch);
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(
    () => /** @type {{noted?: {usable: number}}} */ (/** @type {unknown} */ (window)).noted?.usable,
  );
  const { usable } = await noted(page);
  const early = bytes;
  // Used at once, as somebody would who has waited for it: the answer shows that nothing of it was lost.
  await page.keyboard.press("Tab");
  await page.locator("form input").first().fill("000 000");
  await page.locator("form input").nth(1).fill("Ada");
  await page.locator("form button:not([type])").click();
  await page.getByRole("alert").first().waitFor();
  const { shifts } = await noted(page);
  const answered = await page.evaluate(() => performance.now());
  const typed = await page.locator("form input").nth(1).inputValue();
  await page.waitForLoadState("networkidle");
  const paint = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
  );
  await context.close();
  if (typed !== "Ada") throw new Error("what was typed early is gone");
  return { paint, usable, answered, early, bytes, shifts, asked };
}

/** @param {readonly { name: string, at: number }[]} asked */
function waves(asked) {
  /** @type {{ names: string[], at: number, last: number }[]} */
  const found = [];
  for (const { name, at } of asked) {
    const wave = found.at(-1);
    if (wave && at - wave.last < WAVE_MS) {
      wave.names.push(name);
      wave.last = at;
    } else found.push({ names: [name], at, last: at });
  }
  return found.map(({ names, at }) => `  at ${(at - (asked[0]?.at ?? 0)).toFixed(0)} ms: ${names.join(" ")}`);
}

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** @param {Awaited<ReturnType<typeof visit>>} visit */
const line = ({ paint, usable, answered, early, bytes, shifts }) =>
  `first paint ${paint.toFixed(0)} ms, usable ${usable.toFixed(0)} ms, joining answered ${answered.toFixed(0)} ms; ` +
  `${(early / 1024).toFixed(1)} KiB till usable, ${(bytes / 1024).toFixed(1)} KiB in all; layout shift ${shifts.toFixed(3)}`;

/** @type {Awaited<ReturnType<typeof visit>>[]} */
const visits = [];
for (let nth = 0; nth < Number(times); nth += 1) {
  const one = await visit();
  visits.push(one);
  console.log(line(one));
}
const [last] = visits.slice(-1);
/** @param {"paint" | "usable" | "answered" | "early" | "bytes" | "shifts"} what */
const middle = (what) => median(visits.map((one) => one[what]));
if (last) {
  const medians = {
    ...last,
    paint: middle("paint"),
    usable: middle("usable"),
    answered: middle("answered"),
    early: middle("early"),
    bytes: middle("bytes"),
    shifts: middle("shifts"),
  };
  console.log(`median: ${line(medians)}`);
  console.log(`what was asked for, the last time:\n${waves(last.asked).join("\n")}`);
}
await browser.close();

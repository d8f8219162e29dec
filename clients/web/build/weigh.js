// Measures how soon the player's page can be used on a bad phone in a bad network: `npm run weigh -- [URL]`, with a server there.
// It prints, and judges nothing: how long something takes is no test. What the page weighs is one (budget.test.ts).
import { chromium } from "playwright-core";

import { chromiumPath } from "../e2e/chromium.js";

const [url = process.env["PARLOR_URL"] ?? "http://127.0.0.1:3000", times = "5"] = process.argv.slice(2);

/** 400 ms there and back, 400 kbit/s each way, a processor four times slower than this one. */
const LATENCY_MS = 400;
const BYTES_PER_S = 400_000 / 8;
const SLOWDOWN = 4;

const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

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
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.addInitScript(() => {
    // The form is there, and the page has time for whoever uses it.
    new MutationObserver((_, observer) => {
      if (!document.querySelector("form input")) return;
      observer.disconnect();
      const shown = performance.now();
      requestIdleCallback(() => Object.assign(window, { usable: { shown, idle: performance.now() } }));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url, { waitUntil: "commit" });
  const { shown, idle } = await page
    .waitForFunction(() => /** @type {{usable?: {shown: number, idle: number}}} */ (window).usable)
    .then((handle) => handle.jsonValue())
    .then((usable) => usable ?? { shown: Number.NaN, idle: Number.NaN });
  const paint = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  );
  const early = bytes;
  await page.waitForLoadState("networkidle");
  await context.close();
  return { paint, shown, idle, early, bytes };
}

for (let nth = 0; nth < Number(times); nth += 1) {
  const { paint = Number.NaN, shown, idle, early, bytes } = await visit();
  console.log(
    `first paint ${paint.toFixed(0)} ms, the form ${shown.toFixed(0)} ms, usable ${idle.toFixed(0)} ms; ` +
      `${(early / 1024).toFixed(1)} KiB till then, ${(bytes / 1024).toFixed(1)} KiB in all`,
  );
}
await browser.close();

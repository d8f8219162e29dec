// Opens scenes of the gallery in a real browser, each at every size, in light and dark, for whoever wants to look at them.
// It judges and keeps nothing.

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */

/**
 * @typedef {object} Look one scene at one size in one scheme, ready to be looked at
 * @property {Page} page
 * @property {string} scene
 * @property {number} width
 * @property {number} height
 * @property {"light" | "dark"} scheme
 */

/** @type {readonly (readonly [number, number])[]} */
export const SIZES = [
  [320, 640],
  [390, 844],
  [768, 1024],
  [1280, 720],
  [1920, 1080],
];

/** @type {readonly ("light" | "dark")[]} */
export const SCHEMES = ["light", "dark"];

/** As many as there are cores on a small machine. */
const PAGES = 2;

/** The names of all scenes. */
export async function scenesOf(/** @type {Browser} */ browser, /** @type {string} */ url) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  const scenes = await page.$$eval("a", (links) => links.map((link) => link.textContent));
  await page.context().close();
  return scenes;
}

/** Two frames: the styles of the former size are gone by then. */
export async function settled(/** @type {Page} */ page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/**
 * Looks at these scenes, some at a time; what a scene reports to the console is a fault of its own.
 * @param {Browser} browser
 * @param {string} url of the gallery
 * @param {readonly string[]} scenes
 * @param {(look: Look) => Promise<void>} see
 * @param {typeof SIZES} sizes
 * @returns {Promise<string[]>} faults, each with its scene's name
 */
export async function lookAt(browser, url, scenes, see, sizes = SIZES) {
  const left = [...scenes];
  /** @type {string[]} */
  const faults = [];
  const work = async () => {
    const context = await browser.newContext({ reducedMotion: "reduce", colorScheme: "light" });
    const page = await context.newPage();
    let scene = left.shift();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(`${scene}: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`${scene}: ${error.message}`));
    while (scene !== undefined) {
      await page.goto(`${url}?scene=${scene}`);
      await page.waitForSelector("html[data-ready]");
      for (const scheme of SCHEMES) {
        await page.emulateMedia({ colorScheme: scheme });
        for (const [width, height] of sizes) {
          await page.setViewportSize({ width, height });
          await settled(page);
          await see({ page, scene, width, height, scheme });
        }
      }
      scene = left.shift();
    }
    await context.close();
  };
  await Promise.all(Array.from({ length: PAGES }, work));
  return faults;
}

// Measures how smoothly the arena is shown: `npm run frames -- [URL] [SECONDS]`, with a server there. Seven others move, one of
// them straight from side to side; what is counted is what the page draws.
// It prints, and judges nothing: how long something takes is no test. That the shown paths are right is one (smooth.test.ts).
import { chromium } from "playwright-core";
import { io } from "socket.io-client";

import { chromiumPath } from "../e2e/chromium.js";

const [url = process.env["PARLOR_URL"] ?? "http://127.0.0.1:3000", seconds = "10"] = process.argv.slice(2);

const OTHERS = 7;

/** How often those who wander take another way, and how long the one who walks straight walks one way. */
const WANDER_MS = 300;
const STRAIGHT_MS = 2_400;

/** Two frames that are this far apart are a frame too few at 60 Hz, and felt. */
const LATE_MS = 25;
const LONG_MS = 50;

/** What a page is opened with to tell of its frames. It runs in the page. */
function watchFrames() {
  const frames = /** @type {{ at: number, cost: number, drawn: { x: number, width: number }[] }[]} */ ([]);
  let drawn = /** @type {{ x: number, width: number }[]} */ ([]);
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (
    /** @type {[CanvasImageSource, number, number]} */ ...args
  ) {
    const [picture, x] = args;
    if (picture instanceof HTMLCanvasElement) drawn.push({ x: x + picture.width / 2, width: picture.width });
    Reflect.apply(drawImage, this, args);
  };
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    request((at) => {
      drawn = [];
      const before = performance.now();
      callback(at);
      if (drawn.length > 0) frames.push({ at, cost: performance.now() - before, drawn });
    });
  Object.assign(window, { frames });
}

/** Somebody in this room, who takes another way at each `ms`. */
async function joins(
  /** @type {string} */ room,
  /** @type {string} */ name,
  /** @type {number} */ ms,
  /** @type {(nth: number) => { dx: number, dy: number }} */ way,
) {
  const socket = io(url, { transports: ["websocket"], forceNew: true });
  const ack = await socket.emitWithAck("join", { room, name });
  if (!ack.ok) throw new Error(ack.message);
  let nth = 0;
  const move = () => socket.emit("input", { type: "move", seq: (nth += 1), ...way(nth) });
  const timer = setInterval(move, ms);
  move();
  return () => {
    clearInterval(timer);
    socket.disconnect();
  };
}

const straight = (/** @type {number} */ nth) => ({ dx: nth % 2 === 0 ? 1 : -1, dy: 0 });
const anywhere = () => {
  const angle = Math.random() * 2 * Math.PI;
  return { dx: Math.cos(angle), dy: Math.sin(angle) };
};

const part = (/** @type {number[]} */ sorted, /** @type {number} */ share) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);

const spread = (/** @type {number[]} */ values) => {
  const sorted = values.toSorted((one, other) => one - other);
  return `median ${part(sorted, 0.5)}, 95 % ${part(sorted, 0.95)}, 99 % ${part(sorted, 0.99)}, most ${part(sorted, 1)} ms`;
};

/** How often this path turns round, and by how many pixels it ever goes back before it goes on as it did. */
function turns(/** @type {number[]} */ path) {
  const TURN_PX = 5;
  let [way, far, dip, back, count] = [0, path[0] ?? 0, 0, 0, 0];
  for (const x of path) {
    if (way === 0) way = Math.sign(x - far);
    const on = (x - far) * way;
    if (on >= 0) {
      if (on > 0) back = Math.max(back, dip);
      [far, dip] = on > 0 ? [x, 0] : [far, dip];
    } else if (-on > TURN_PX) {
      count += 1;
      [way, far, dip] = [-way, x, 0];
    } else {
      dip = Math.max(dip, -on);
    }
  }
  return { count, back };
}

const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
await page.addInitScript(watchFrames);
await page.goto(`${url}/games/arena`);
await page.locator("#name").fill("Ada");
await page.locator("form button.primary").click();
await page.getByRole("application").waitFor();
const room = new URL(page.url()).searchParams.get("room") ?? "";

const leave = [];
for (let nth = 0; nth < OTHERS; nth += 1) {
  const way = nth === 0 ? straight : anywhere;
  leave.push(await joins(room, `Player ${nth}`, nth === 0 ? STRAIGHT_MS : WANDER_MS, way));
}
const keys = ["ArrowLeft", "ArrowRight"];
await page.keyboard.down("ArrowLeft");
await page.evaluate(() =>
  /** @type {{ frames: unknown[] }} */ (/** @type {unknown} */ (window)).frames.splice(0),
);
for (let left = Number(seconds) * 1_000; left > 0; left -= STRAIGHT_MS) {
  await page.waitForTimeout(Math.min(left, STRAIGHT_MS));
  await page.keyboard.up(keys[0] ?? "");
  keys.reverse();
  await page.keyboard.down(keys[0] ?? "");
}
const frames = await page.evaluate(
  () =>
    /** @type {{ frames: { at: number, cost: number, drawn: { x: number, width: number }[] }[] }} */ (
      /** @type {unknown} */ (window)
    ).frames,
);
for (const each of leave) each();
await browser.close();

// First the names are drawn, as many as there is room for, then the coins, then the others by their seats, and last oneself.
const players = OTHERS + 1;
const whole = frames.filter(({ drawn }) => drawn.length > players);
const path = (/** @type {number} */ nth) =>
  whole.map(({ drawn }) => drawn[drawn.length - players + nth]?.x ?? Number.NaN);
const between = whole.slice(1).map(({ at }, nth) => at - (whole[nth]?.at ?? at));
const count = (/** @type {number} */ ms) => between.filter((each) => each > ms).length;

console.log(`${players} players, ${whole.length} frames in ${seconds} s`);
console.log(
  `from frame to frame: ${spread(between)}; over ${LATE_MS} ms: ${count(LATE_MS)}, over ${LONG_MS} ms: ${count(LONG_MS)}`,
);
console.log(`spent in a frame: ${spread(whole.map(({ cost }) => cost))}`);
for (const [who, nth] of /** @type {const} */ ([
  ["another", 0],
  ["oneself", OTHERS],
])) {
  const { count: turned, back } = turns(path(nth));
  console.log(
    `${who}, walking straight: ${turned} turns, and between them back by ${back.toFixed(2)} pixels at the most`,
  );
}

// Takes the pictures that README.md and docs/ show, of a real quiz on the real server, in real browsers: `make screenshots`.
// It tests nothing; what goes wrong on the way ends it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { Browser, Page } from "playwright-core";

import { en as text } from "../src/i18n/en.ts";
import { gamesEn as games } from "../src/i18n/games.en.ts";
import { digits } from "../src/state/code.ts";
import { launchBrowser } from "./people.ts";
import { startServer } from "./server.ts";

const IMAGES = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
const PACKS = fileURLToPath(new URL("../../../packs/", import.meta.url));

/** What the pictures show as the server's address: one that is nobody's. */
const SITE = "http://quiz.example";

const PLAYERS = ["Ada", "Grace", "Linus", "Hedy", "Radia", "Edsger", "Margaret", "Alan", "Sophie"];
const ROUNDS = 3;

const PHONE = { width: 390, height: 760 };
const PROJECTOR = { width: 1280, height: 720 };

interface Question {
  readonly kind: string;
  readonly text: string;
  readonly choices?: readonly string[];
  readonly correct: readonly number[];
}

async function opens(
  browser: Browser,
  viewport: typeof PHONE,
  path: string,
  colorScheme: "light" | "dark" = "light",
): Promise<Page> {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${SITE}${path}`);
  return page;
}

const presses = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();

const heads = (page: Page, name: string): Promise<void> =>
  page.getByRole("heading", { name, exact: true }).waitFor();

async function takes(page: Page, name: string): Promise<void> {
  // Nothing is pointed at, and what was drawn has been shown.
  await page.mouse.move(0, 0);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: 82 });
  await devtools.detach();
  await writeFile(`${IMAGES}${name}.webp`, Buffer.from(data, "base64"));
  console.log(`docs/images/${name}.webp`);
}

/** The words of a question's right choices, and of a wrong one. */
function answersTo({ kind, choices, correct }: Question): { right: string[]; wrong: string } {
  const all = choices ?? (kind === "truefalse" ? ["True", "False"] : []);
  const wrong = all.find((_, at) => !correct.includes(at));
  if (wrong === undefined) throw new Error("every choice is right");
  return { right: all.filter((_, at) => correct.includes(at)), wrong };
}

async function answers(page: Page, question: Question, rightly: boolean): Promise<void> {
  await heads(page, question.text);
  const { right, wrong } = answersTo(question);
  for (const choice of rightly ? right : [wrong]) await presses(page, choice);
  const given = rightly ? right.length : 1;
  if (question.kind === "multiple") await presses(page, text.answer.submit(given));
  await page.getByText(text.answer.lockedIn).or(page.locator(".verdict")).first().waitFor();
}

async function quiz(browser: Browser, key: string): Promise<void> {
  const pack = JSON.parse(await readFile(`${PACKS}general-knowledge.json`, "utf8")) as {
    title: string;
    questions: Question[];
  };
  const host = await opens(browser, PROJECTOR, `/host#key=${key}`);
  await host.getByRole("radio", { name: new RegExp(`^${pack.title}`) }).check();
  await takes(host, "packs");
  await presses(host, text.host.open);
  const code = digits(await host.locator(".code").first().innerText());

  const phones: Page[] = [];
  for (const [at, name] of PLAYERS.entries()) {
    const phone = await opens(browser, PHONE, `/join/${code}`, at === 1 ? "dark" : "light");
    await phone.getByLabel(text.join.name).fill(name);
    if (at === 0) await takes(phone, "phone-join");
    await presses(phone, text.join.submit);
    await heads(phone, text.lobby.youAreIn);
    phones.push(phone);
  }
  const [ada, grace] = phones as [Page, Page];
  await heads(host, text.players(PLAYERS.length));
  await takes(host, "lobby");

  await presses(host, text.host.start);
  for (const [index, question] of pack.questions.slice(0, ROUNDS).entries()) {
    const first = index === 0;
    if (first) await heads(ada, question.text);
    if (first) await takes(ada, "phone-question");
    const dealt = phones.map((phone, at) => ({ phone, rightly: (at + index) % 3 !== 2 }));
    // One after another, so that their speed differs; most have answered when the picture is taken.
    for (const { phone, rightly } of dealt.slice(0, -3)) await answers(phone, question, rightly);
    if (first) await takes(host, "question");
    for (const { phone, rightly } of dealt.slice(-3)) await answers(phone, question, rightly);
    await ada.locator(".verdict").waitFor();
    if (first) {
      await takes(host, "reveal");
      await grace.locator(".verdict").waitFor();
      await takes(grace, "phone-reveal");
    }
    if (index === ROUNDS - 1) break;
    await presses(host, text.host.toLeaderboard);
    await heads(host, text.leaderboard.title);
    if (first) {
      await host.emulateMedia({ colorScheme: "dark" });
      await takes(host, "leaderboard");
      await host.emulateMedia({ colorScheme: "light" });
    }
    await presses(host, text.host.toNext);
  }

  await presses(host, text.host.end);
  await presses(host, text.host.endConfirm);
  // The places show one after another by themselves.
  await host.locator(".steps li:first-child:not(.veiled)").waitFor();
  await takes(host, "podium");
}

async function arena(browser: Browser): Promise<void> {
  const pages: Page[] = [];
  for (const [at, name] of PLAYERS.slice(0, 5).entries()) {
    const page = await opens(
      browser,
      { width: 1000, height: 680 },
      "/games/arena",
      at === 0 ? "dark" : "light",
    );
    await page.getByLabel(games.arena.name).fill(name);
    await presses(page, games.arena.quickMatch);
    await page.getByRole("application").waitFor();
    pages.push(page);
  }
  const [own] = pages as [Page];
  const keys = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"];
  for (const [at, page] of pages.entries()) await page.keyboard.down(keys[at] ?? "ArrowUp");
  // They play until somebody has taken a coin.
  await own.waitForFunction(() =>
    [...document.querySelectorAll("td.score")].some(({ textContent }) => Number(textContent) > 0),
  );
  for (const [at, page] of pages.entries()) await page.keyboard.up(keys[at] ?? "ArrowUp");
  await takes(own, "arena");
}

await mkdir(IMAGES, { recursive: true });
const server = await startServer(PACKS);
const browser = await launchBrowser(
  `--host-resolver-rules=MAP ${new URL(SITE).host}:80 ${new URL(server.url).host}`,
  // As if it came over TLS, which a real one should.
  `--unsafely-treat-insecure-origin-as-secure=${SITE}`,
);
try {
  await quiz(browser, server.key);
  await arena(browser);
} finally {
  await browser.close();
  await server.stop();
}

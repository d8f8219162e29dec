// Nothing moves but what was touched, in real browsers against the real binary: a host, a remote, a spectator and two players
// look at a whole quiz that goes on by itself, four play in an arena where others come, gain and go; and each browser says what
// it saw jump from one place to another.
import type { Page } from "playwright-core";
import { io } from "socket.io-client";
import { expect } from "vitest";

import { en as text } from "../src/i18n/en.ts";
import { gamesEn as words } from "../src/i18n/games.en.ts";
import { spaced } from "../src/state/code.ts";
import { it as inHall } from "./hall.ts";
import { watched, type Watched } from "./notes.ts";
import { fillJoin, opens } from "./people.ts";

/** Long enough to answer in on a busy machine. */
const TIME_MS = 6_000;

const QUICK = {
  title: "Quick",
  language: "en",
  questions: [
    {
      kind: "single",
      text: "Which planet has the shortest day?",
      choices: ["Mercury", "Jupiter", "Earth", "Venus"],
      correct: [1],
      timeMs: TIME_MS,
      explanation: "A day on Jupiter takes just under ten hours, although it is by far the largest planet.",
    },
    {
      kind: "multiple",
      text: "Which of these numbers are prime, and which of them only look as if nothing but one and they themselves could divide them?",
      choices: ["21", "23", "27", "29", "31", "33"],
      correct: [1, 3, 4],
      timeMs: TIME_MS,
    },
  ],
} as const;

const [FIRST, SECOND] = QUICK.questions;

/** All that a page may move by itself in a whole quiz: by the browsers' measure, on which 0.1 is still good for one visit. */
const MOST = 0.001;

const it = inHall.extend("pack", { scope: "file" }, (): object => QUICK);

it("moves nothing on any page by itself, from the lobby to the podium", async ({ browser, server }) => {
  const [host, remote, spectator, ada, bo] = await Promise.all([
    watched(browser, { viewport: { width: 1280, height: 800 } }),
    watched(browser, { viewport: { width: 390, height: 844 }, hasTouch: true }),
    watched(browser, { viewport: { width: 1920, height: 1080 } }),
    watched(browser, { viewport: { width: 390, height: 844 }, hasTouch: true }),
    watched(browser, { viewport: { width: 320, height: 640 }, hasTouch: true }),
  ]);
  const everybody = { host, remote, spectator, ada, bo };
  const code = await opens(host, server, QUICK.title, { byItself: true });
  await host.press(text.remote.open);
  await host.press(text.remote.make);
  const link = await host.page.getByRole("dialog").getByRole("link").getAttribute("href");
  await host.press(text.close);
  await remote.page.goto(link ?? "");
  await spectator.page.goto(`${server.url}/watch/${code}`);
  await spectator.sees(text.host.nobody);
  for (const [player, name] of [
    [ada, "Ada"],
    [bo, "Maximiliane Constanze"],
  ] as const) {
    await player.page.goto(`${server.url}/join/${code}`);
    await fillJoin(player, undefined, name);
    await player.seesHeading(text.lobby.youAreIn);
  }
  await Promise.all([host, remote, spectator].map((person) => person.seesHeading(text.players(2))));
  await remote.press(text.host.start);

  // What the remote does, and a network that goes and comes, moves nothing on the others' pages.
  const all = Object.values(everybody);
  await Promise.all(all.map((person) => person.seesHeading(FIRST.text)));
  await remote.press(text.host.pause);
  await Promise.all([host, spectator].map((person) => person.sees(text.host.paused)));
  await Promise.all([ada, bo].map((person) => person.sees(text.answer.paused)));
  await remote.press(text.host.lock);
  await Promise.all([host, spectator].map((person) => person.sees(text.host.locked)));
  for (const person of [spectator, bo]) {
    await person.context.setOffline(true);
    await person.sees(text.link.lost);
    await person.context.setOffline(false);
    await person.page.getByText(text.link.lost).waitFor({ state: "detached" });
  }
  await remote.press(text.host.resume);

  // Each question goes on until its time is up: nobody's own touch hides what moves then.
  await ada.button("Jupiter").tap();
  await Promise.all([host, spectator].map((person) => person.sees(text.reveal.correct)));
  await Promise.all([host, spectator, ada, bo].map((person) => person.seesHeading(text.leaderboard.title)));
  await Promise.all(all.map((person) => person.seesHeading(SECOND.text)));
  for (const choice of ["23", "29"]) await bo.button(choice).tap();
  await bo.button(text.answer.submit(2)).tap();
  await bo.seesHeading(text.reveal.wrong);
  await Promise.all([host, remote, spectator].map((person) => person.seesHeading(text.podium.winner("Ada"))));
  await Promise.all([ada.seesHeading(text.podium.youCame(1)), bo.seesHeading(text.podium.youCame(2))]);

  sawNothingMove(everybody);
});

function sawNothingMove(everybody: Readonly<Record<string, Watched>>): void {
  for (const [who, { notes }] of Object.entries(everybody)) {
    const moved = notes.shifts.reduce((sum, { value }) => sum + value, 0);
    expect(moved, `${who}: ${JSON.stringify(notes.shifts, null, 1)}`).toBeLessThan(MOST);
  }
}

/** Where the board is on the page, and how large. */
const boardOf = (page: Page) => page.getByRole("application").boundingBox();

it("moves nothing around an arena's board, whoever comes, gains, goes and is cut off", async ({
  browser,
  server,
}) => {
  const phone = { hasTouch: true };
  const everybody = {
    laptop: await watched(browser, { viewport: { width: 1280, height: 800 } }),
    tablet: await watched(browser, { viewport: { width: 768, height: 1024 }, ...phone }),
    phone: await watched(browser, { viewport: { width: 390, height: 844 }, ...phone }),
    small: await watched(browser, { viewport: { width: 320, height: 640 }, ...phone }),
  };
  const all = Object.values(everybody);
  const cy = io(server.url, { transports: ["websocket"] });
  const { room } = (await cy.emitWithAck("create", {
    ...{ game: "arena", name: "Cy", options: { coins: 300 } },
  })) as { room: string };

  // Each comes, and sees the others come; nobody's own touch hides what moves then.
  for (const [name, { page }] of Object.entries(everybody)) {
    await page.goto(`${server.url}/games/arena?room=${room}`);
    await page.getByLabel(words.arena.name).fill(name);
    await page.getByRole("button", { name: words.arena.joinRoom(spaced(room)) }).click();
    await page.getByRole("rowheader", { name: "Cy" }).waitFor();
  }
  const boards = await Promise.all(all.map(({ page }) => boardOf(page)));
  const di = io(server.url, { transports: ["websocket"], forceNew: true });
  await di.emitWithAck("join", { room, name: "Maximiliane Constanze" });

  // Cy gains, and gets above those who came before; and those who play themselves, too.
  await everybody.laptop.page.keyboard.down("ArrowLeft");
  await everybody.phone.page.getByRole("application").tap({ position: { x: 40, y: 300 } });
  let seq = 0;
  const walk = setInterval(() => {
    cy.emit("input", { type: "move", seq: (seq += 1), dx: Math.cos(seq / 3), dy: Math.sin(seq / 7) });
  }, 200);
  for (const { page } of all) {
    await page.getByRole("rowheader", { name: "Maximiliane Constanze" }).waitFor();
    await page
      .getByRole("row", { name: /^1 Cy \d\d$/ })
      .first()
      .waitFor();
  }
  await everybody.laptop.page.keyboard.up("ArrowLeft");

  for (const person of [everybody.laptop, everybody.small]) {
    await person.context.setOffline(true);
    await person.sees(words.arena.lost);
    await person.context.setOffline(false);
    await person.page.getByText(words.arena.lost).waitFor({ state: "detached" });
  }
  await di.emitWithAck("leave", {});
  for (const { page } of all)
    await page.getByRole("rowheader", { name: "Maximiliane Constanze" }).waitFor({ state: "detached" });
  clearInterval(walk);
  expect(await Promise.all(all.map(({ page }) => boardOf(page)))).toEqual(boards);
  sawNothingMove(everybody);
  cy.disconnect();
  di.disconnect();
});

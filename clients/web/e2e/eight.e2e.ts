// Eight screens at one quiz, in real browsers against the real binary: a host, a remote that runs it, a spectator, and five
// players, of whom one has only a keyboard, one reloads, one loses the network, one has a bad phone in a bad network and one
// comes late. They play every kind of question to the podium, and in the end all eight show what the server has recorded.
import { readFile } from "node:fs/promises";

import type { Locator } from "playwright-core";
import { expect } from "vitest";

import { en as text } from "../src/i18n/en.ts";
import { everyKind } from "./every-kind.ts";
import { it as inHall } from "./hall.ts";
import { serveMedia } from "./media.ts";
import { watched } from "./notes.ts";
import { fillJoin, opens, type Person } from "./people.ts";
import { answersOf, reached, recorded, type Result, results } from "./recorded.ts";

const it = inHall
  .extend("media", { scope: "file" }, async ({ browser }, { onCleanup }) => {
    const media = await serveMedia(browser);
    onCleanup(() => media.stop());
    return media;
  })
  .extend("pack", { scope: "file" }, ({ media }) => everyKind(media.url));

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const SMALL_PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true };
const SCREEN = { viewport: { width: 1280, height: 800 } };

/** 400 ms there and back, 400 kbit/s each way, and a processor four times slower than this one. */
async function slowDown({ context, page }: Person): Promise<void> {
  const devtools = await context.newCDPSession(page);
  const bytesPerS = 400_000 / 8;
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 400,
    downloadThroughput: bytesPerS,
    uploadThroughput: bytesPerS,
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
}

/** Goes on by the Tab key until this has the focus. */
async function tabTo({ page }: Person, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  const has = (): Promise<boolean> => wanted.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 30 && !(await has()); presses += 1) await page.keyboard.press("Tab");
  expect(await has()).toBe(true);
}

async function joinsByKeyboard(person: Person, link: string, name: string): Promise<void> {
  await person.page.goto(link);
  await tabTo(person, person.page.getByLabel(text.join.name));
  await person.page.keyboard.type(name);
  await person.page.keyboard.press("Enter");
  await person.seesHeading(text.lobby.youAreIn);
}

async function joinsByTouch(person: Person, link: string, name: string): Promise<void> {
  await person.page.goto(link);
  await fillJoin(person, undefined, name);
}

/** Touches as a finger does, which rests for longer than a frame. */
async function touch({ context, page }: Person, wanted: Locator): Promise<void> {
  await wanted.scrollIntoViewIfNeeded();
  const box = await wanted.boundingBox();
  if (box === null) throw new Error("it went before it could be touched");
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const devtools = await context.newCDPSession(page);
  await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
  await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await devtools.detach();
}

async function answers(person: Person, ...choices: readonly string[]): Promise<void> {
  for (const choice of choices) await touch(person, person.button(choice));
}

async function sends(person: Person, ...choices: readonly string[]): Promise<void> {
  await answers(person, ...choices);
  await person.button(text.answer.submit(choices.length)).tap();
  await person.sees(text.answer.lockedIn);
}

const secondsLeft = async ({ page }: Person): Promise<number> =>
  Number(await page.getByRole("timer").innerText());

const all = (people: readonly Person[], see: (person: Person) => Promise<void>): Promise<unknown> =>
  Promise.all(people.map(see));

/** What can be seen of the results: the podium's steps, and the rows of the table. */
const shownResults = ({ page }: Person): Promise<{ steps: Result[]; rows: Result[] }> =>
  page.evaluate(() => {
    const seen = (within: string): Element[] =>
      [...document.querySelectorAll(within)].filter((each) =>
        each.checkVisibility({ visibilityProperty: true }),
      );
    const words = (at: Element, part: string): string => at.querySelector(part)?.textContent.trim() ?? "";
    const number = (at: Element, part: string): number => Number(words(at, part).replaceAll(/\D/g, ""));
    return {
      steps: seen(".steps li").map((step) => ({
        rank: number(step, ".step .number"),
        name: words(step, ".name"),
        points: number(step, ".score"),
      })),
      rows: seen("tbody tr").map((row) => ({
        rank: number(row, ".rank"),
        name: words(row, "bdi"),
        points: number(row, ".score"),
      })),
    };
  });

it("has every kind of question and of media that a pack may have", async ({ pack }) => {
  const schema = new URL("../../../docs/pack.schema.json", import.meta.url);
  const { $defs } = JSON.parse(await readFile(schema, "utf8")) as {
    $defs: {
      question: { properties: { kind: { enum: string[] }; credit: { enum: string[] } } };
      media: { properties: Record<string, unknown> };
    };
  };
  const { kind, credit } = $defs.question.properties;
  const has = (values: readonly (string | undefined)[]): string[] =>
    [...new Set(values)].filter((value) => value !== undefined).toSorted();
  expect(has(pack.questions.map((question) => question.kind))).toEqual(kind.enum.toSorted());
  const partly = pack.questions.filter((question) => question.kind === "multiple");
  expect(has(partly.map((question) => question.credit ?? "all"))).toEqual(credit.enum.toSorted());
  expect(has(pack.questions.flatMap((question) => Object.keys(question.media ?? {})))).toEqual(
    Object.keys($defs.media.properties).toSorted(),
  );
});

it("shows the same to all eight in the end, and to each of them what is theirs on the way", async ({
  browser,
  server,
  pack,
}) => {
  const [first, second, third, fourth] = pack.questions;
  const [host, remote, spectator, kim, rae, ole, thea, lou] = await Promise.all([
    watched(browser, SCREEN),
    watched(browser, PHONE),
    watched(browser, SCREEN),
    watched(browser, { ...PHONE, hasTouch: false }),
    watched(browser, PHONE),
    watched(browser, PHONE),
    watched(browser, SMALL_PHONE),
    watched(browser, PHONE),
  ]);
  const players = [kim, rae, ole, thea, lou];
  const everybody = [host, remote, spectator, ...players];

  // The lobby: the remote comes by the link that the host's page shows.
  const code = await opens(host, server, pack.title);
  await host.press(text.remote.open);
  await host.press(text.remote.make);
  const remotes = await host.page.getByRole("dialog").getByRole("link").getAttribute("href");
  await host.press(text.close);
  await slowDown(thea);
  const link = `${server.url}/join/${code}`;
  await Promise.all([
    remote.page.goto(remotes ?? "").then(() => remote.sees(text.remote.connected)),
    spectator.page.goto(`${server.url}/watch/${code}`),
    joinsByKeyboard(kim, link, "Kim"),
    joinsByTouch(rae, link, "Rae"),
    joinsByTouch(ole, link, "Ole"),
    joinsByTouch(thea, link, "Thea"),
  ]);
  await all([rae, ole, thea], (person) => person.seesHeading(text.lobby.youAreIn));
  await all([host, remote, spectator], (person) => person.seesHeading(text.players(4)));
  await remote.press(text.host.lock);
  await host.sees(text.host.locked);
  await remote.press(text.host.unlock);
  // In the bar, and in the place of the code to scan.
  const locked = host.page.getByText(text.host.locked, { exact: true }).filter({ visible: true });
  await expect.poll(() => locked.count()).toBe(0);
  await remote.press(text.host.start);

  // One choice, with a picture. Rae answers, and reloads.
  const early = everybody.filter((person) => person !== lou);
  await all(early, (person) => person.seesHeading(first.text));
  for (const { page } of [host, spectator, kim, thea]) {
    const picture = page.getByRole("img", { name: first.media?.alt ?? "" });
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  }
  await answers(rae, "A P");
  await rae.sees(text.answer.lockedIn);
  await rae.page.reload();
  await rae.seesHeading(first.text);
  await rae.sees(text.answer.lockedIn);
  expect(await rae.button("A P").getAttribute("aria-pressed")).toBe("true");
  await kim.page.keyboard.press("2");
  await kim.sees(text.answer.lockedIn);
  await answers(thea, "A P");
  await thea.sees(text.answer.lockedIn);
  await answers(ole, "A Z");
  await all([kim, rae, thea], (person) => person.seesHeading(text.reveal.right));
  await ole.seesHeading(text.reveal.wrong);
  await all([kim, ole, thea], (person) => person.sees(first.explanation ?? ""));
  await remote.press(text.host.toLeaderboard);
  await all(early.slice(2), (person) => person.seesHeading(text.leaderboard.title));
  await remote.press(text.host.toNext);

  // Several choices, with a sound. Rae reloads before she answers, Lou comes, and the remote stops the time.
  await all(early, (person) => person.seesHeading(second.text));
  const sound = host.page.locator("audio");
  await expect.poll(() => sound.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(0.9);
  await kim.page.getByLabel(second.media?.alt ?? "").waitFor();
  await remote.press(text.host.pause);
  await all([kim, ole, thea], (person) => person.sees(text.answer.paused));
  await rae.page.reload();
  await rae.seesHeading(second.text);
  await rae.sees(text.answer.paused);
  await joinsByTouch(lou, link, "Lou");
  await lou.seesHeading(second.text);
  await all([host, spectator], (person) => person.sees(text.players(5)));
  await remote.sees(text.host.answersIn(0, 5));
  await remote.press(text.host.resume);
  await remote.button(text.host.extendLabel).tap();
  await all(players, (person) => person.sees(text.answer.many));
  await sends(thea, "Sol", "La");
  await sends(rae, "Sol");
  await sends(ole, "Lu");
  await kim.page.keyboard.press("1");
  await kim.page.keyboard.press("3");
  await tabTo(kim, kim.button(text.answer.submit(2)));
  await kim.page.keyboard.press("Enter");
  await kim.sees(text.answer.lockedIn);
  await answers(lou, "Sil", "Lu");
  await lou.button(text.answer.submit(2)).tap();
  await all([kim, thea], (person) => person.seesHeading(text.reveal.right));
  await all([rae, ole, lou], (person) => person.seesHeading(text.reveal.wrong));
  await remote.press(text.host.toLeaderboard);
  await all(players, (person) => person.seesHeading(text.leaderboard.title));
  await remote.press(text.host.toNext);

  // True or false, with a film. Ole loses the network for five seconds and answers meanwhile; Thea lets the time run out.
  await all(everybody, (person) => person.seesHeading(third.text));
  const offlineFrom = await secondsLeft(host);
  await ole.context.setOffline(true);
  await Promise.all([
    ole
      .sees(text.link.lost)
      .then(() => answers(ole, "True"))
      .then(() => ole.sees(text.answer.waitingForNetwork)),
    ...[host, lou].map(({ page }) => {
      const film = page.locator("video");
      return expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBe(160);
    }),
    kim.page.keyboard.press("1"),
    answers(rae, "True"),
    answers(lou, "False"),
  ]);
  await expect.poll(() => secondsLeft(host)).toBeLessThanOrEqual(offlineFrom - 5);
  expect(answersOf(await recorded(server.record, code), "Ole")).toEqual([0, 1]);
  await ole.context.setOffline(false);
  await ole.sees(text.answer.lockedIn);
  await ole.page.getByText(text.link.lost).waitFor({ state: "detached" });
  await host.page
    .getByText(text.reveal.correct)
    .first()
    .waitFor({ timeout: 2 * third.timeMs });
  await all([kim, rae, ole], (person) => person.seesHeading(text.reveal.right));
  await lou.seesHeading(text.reveal.wrong);
  await thea.seesHeading(text.reveal.none);
  await host.page
    .getByRole("listitem")
    .filter({ hasText: "True" })
    .getByText(text.reveal.chosenBy(3))
    .waitFor({ state: "attached" });
  await remote.press(text.host.toLeaderboard);
  await all(players, (person) => person.seesHeading(text.leaderboard.title));
  await remote.press(text.host.toNext);

  // Several choices, of which a part earns a part.
  await all(everybody, (person) => person.seesHeading(fourth.text));
  for (const key of ["3", "8"]) await kim.page.keyboard.press(key);
  await tabTo(kim, kim.button(text.answer.submit(2)));
  await kim.page.keyboard.press("Enter");
  await kim.sees(text.answer.lockedIn);
  await sends(thea, "23");
  await sends(rae, "21", "22");
  await sends(ole, "24");
  await answers(lou, "25");
  await lou.button(text.answer.submit(1)).tap();
  await kim.seesHeading(text.reveal.right);
  await thea.seesHeading(text.reveal.partly);
  await all([rae, ole, lou], (person) => person.seesHeading(text.reveal.wrong));

  // The podium: the third place shows by itself, the second at the remote's word, the first by itself.
  await remote.press(text.host.toPodium);
  await all([host, spectator, remote, kim], (person) => person.seesHeading(text.podium.title));
  await expect.poll(async () => (await shownResults(spectator)).steps.length).toBeGreaterThan(0);
  await remote.press(text.host.toNextPlace);
  await all([host, remote, spectator], (person) => person.seesHeading(text.podium.winner("Kim")));

  // All eight agree with each other, and with what the server has recorded.
  await expect.poll(async () => reached(await recorded(server.record, code), "podium")).toBe(true);
  const story = await recorded(server.record, code);
  const ceremony = story.slice(story.findIndex(({ phase }) => phase === "podium"));
  const sooner = ceremony.filter(({ input, refused }) => input?.type === "next" && refused === undefined);
  expect(sooner).toHaveLength(1);
  const expected = results(story, pack.questions);
  expect(expected.map(({ rank, name }) => [rank, name])).toEqual([
    [1, "Kim"],
    [2, "Thea"],
    [3, "Rae"],
    [4, "Ole"],
    [5, "Lou"],
  ]);
  const podium = expected.slice(0, 3);
  const agree = async (): Promise<void> => {
    const named: [Person, { steps: readonly Result[]; rows: readonly Result[] }][] = [
      [host, { steps: podium, rows: expected.slice(3) }],
      [spectator, { steps: podium, rows: expected.slice(3) }],
      [remote, { steps: [], rows: expected }],
      ...players.map((player): [Person, { steps: readonly Result[]; rows: readonly Result[] }] => [
        player,
        { steps: podium, rows: expected },
      ]),
    ];
    for (const [person, seen] of named) await expect.poll(() => shownResults(person)).toEqual(seen);
  };
  await agree();
  for (const [player, name] of [
    [kim, "Kim"],
    [thea, "Thea"],
    [rae, "Rae"],
    [ole, "Ole"],
    [lou, "Lou"],
  ] as const) {
    const { rank, points } = expected.find((row) => row.name === name) ?? { rank: 0, points: 0 };
    await player.seesHeading(text.podium.youCame(rank));
    expect(await player.page.locator("header .score").innerText()).toBe(text.points(points));
  }

  // Nothing of that is lost by a reload, and nobody's connection is.
  await Promise.all([host, remote, spectator, rae].map(({ page }) => page.reload()));
  await all([host, remote, spectator], (person) => person.seesHeading(text.podium.winner("Kim")));
  await agree();
  for (const { page } of everybody) {
    expect(await page.getByText(text.link.lost).count()).toBe(0);
    expect(await page.getByText(text.remote.lost).count()).toBe(0);
    expect(await page.getByRole("alert").count()).toBe(0);
  }

  // Each answer was taken once, the one that was given offline too, which was sent once.
  for (const name of ["Kim", "Rae", "Ole"]) expect(answersOf(story, name)).toEqual([0, 1, 2, 3]);
  expect(answersOf(story, "Thea")).toEqual([0, 1, 3]);
  expect(answersOf(story, "Lou")).toEqual([1, 2, 3]);
  expect(ole.sent.filter((frame) => /"type":"answer","index":2/.test(frame))).toHaveLength(1);

  // The keyboard's player was told everything, in order, and never pointed at anything.
  const told = [
    ...pack.questions.slice(0, 2).map(({ text: words }, at) => `${text.questionOf(at, 4)}: ${words}`),
    `${text.questionOf(2, 4)}: ${third.text}`,
    text.secondsLeft(10),
    text.secondsLeft(5),
    `${text.reveal.right}`,
    `${text.reveal.rank}: 1st`,
    `${text.questionOf(3, 4)}: ${fourth.text}`,
    text.podium.winner("Kim"),
    text.podium.youCame(1),
  ];
  let from = 0;
  for (const words of told) {
    const at = kim.notes.said.findIndex((said, nth) => nth >= from && said.includes(words));
    expect(at, `"${words}" in ${kim.notes.said.slice(from).join(" | ")}`).toBeGreaterThanOrEqual(0);
    from = at;
  }
  expect(kim.notes.pointed).toBe(0);

  for (const { notes } of everybody) expect(notes.locks).toBeGreaterThan(0);
  for (const { notes } of players) {
    expect(notes.frames.length).toBeGreaterThanOrEqual(3);
    expect(new Set(notes.frames)).toEqual(new Set([1]));
  }
  const still = [...pack.questions.map((question) => question.text), ...Object.values(text.reveal)];
  const moved = players.flatMap(({ notes }) => notes.shifts).filter(({ screen }) => still.includes(screen));
  expect(moved).toEqual([]);
  for (const { notes } of everybody.filter((person) => person !== remote))
    expect(notes.veiled).toEqual([3, 2, 1, 0]);
  for (const person of everybody) {
    expect(person.faults).toEqual([]);
    if (person !== ole) expect(person.failed).toEqual([]);
  }
}, 240_000);

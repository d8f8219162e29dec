// A whole quiz in real browsers, against the real binary: one host and three players, of whom one reloads, one loses the
// network, and one answers late or not at all. In the end all of them see the same podium, and the host what it all came to.
import { readFile } from "node:fs/promises";

import { expect } from "vitest";

import { en as text } from "../src/i18n/en.ts";
import { it } from "./hall.ts";
import { PACK } from "./pack.ts";
import { fillJoin, joins, opens, Person, shownCode } from "./people.ts";

/** What the host's page says the quiz came to: the figures, the parts of each question, and how often each choice was taken. */
async function summary(host: Person): Promise<string[][]> {
  await host.seesHeading(text.host.summary.title);
  const questions = host.page.getByRole("article");
  await questions.first().waitFor();
  const all = await questions.all();
  return [
    await host.page.locator("dl dd").allInnerTexts(),
    ...(await Promise.all(all.map((question) => question.locator(".parts li").allInnerTexts()))),
    ...(await Promise.all(all.map((question) => question.locator(".choices .number").allTextContents()))),
  ];
}

const [FIRST, SECOND, THIRD] = PACK.questions;

it("plays a quiz to the podium, through a reload and a lost network", async ({
  browser,
  server,
  host,
  code,
}) => {
  expect(host.page.url()).not.toContain(server.key);

  const ada = await joins(browser, server, code, "Ada");
  const bo = await Person.at(browser, true);
  await bo.page.goto(`${server.url}/?code=${code}`);
  await fillJoin(bo, undefined, "Bo");
  const cy = await Person.at(browser, true);
  await cy.page.goto(server.url);
  await fillJoin(cy, ` ${code.slice(0, 3)} ${code.slice(3)}`, "Cy");
  const players = [ada, bo, cy];
  await host.seesHeading(text.players(3));
  for (const name of ["Ada", "Bo", "Cy"]) await host.button(text.host.kick(name)).waitFor();

  await host.page.keyboard.press("Space");
  await Promise.all([host, ...players].map((person) => person.seesHeading(FIRST.text)));

  // Ada answers, then reloads: the answer is still there, and there is no second one.
  await ada.press("Saturn");
  await ada.sees(text.answer.lockedIn);
  await ada.page.reload();
  await ada.seesHeading(FIRST.text);
  await ada.sees(text.answer.lockedIn);
  expect(await ada.button("Saturn").getAttribute("aria-pressed")).toBe("true");
  expect(await ada.button("Titan").isDisabled()).toBe(true);

  // Bo loses the network, answers without it, and is heard when it is back.
  await bo.context.setOffline(true);
  await bo.sees(text.link.lost);
  await bo.press("Saturn");
  await bo.sees(text.answer.waitingForNetwork);
  await bo.context.setOffline(false);
  await bo.sees(text.answer.lockedIn);
  await bo.page.getByText(text.link.lost).waitFor({ state: "detached" });

  await cy.press("Titan");
  await ada.seesHeading(text.reveal.right);
  await bo.seesHeading(text.reveal.right);
  await cy.seesHeading(text.reveal.wrong);
  await cy.sees(FIRST.explanation);
  const saturn = host.page.getByRole("listitem").filter({ hasText: "Saturn" });
  await saturn.getByText(text.reveal.correct).waitFor();
  await saturn.getByText(text.reveal.chosenBy(2)).waitFor({ state: "attached" });

  await host.page.keyboard.press("Space");
  await Promise.all([host, ...players].map((person) => person.seesHeading(text.leaderboard.title)));

  // The host's page is reloaded in between: it runs the room again.
  await host.page.reload();
  await host.seesHeading(text.leaderboard.title);
  await host.press(text.host.toNext);
  await Promise.all([host, ...players].map((person) => person.seesHeading(SECOND.text)));
  for (const choice of ["Two", "Four"]) await ada.press(choice);
  await ada.press(text.answer.submit(2));
  await ada.sees(text.answer.lockedIn);
  await bo.page.keyboard.press("2");
  await bo.press(text.answer.submit(1));
  await bo.sees(text.answer.lockedIn);
  await host.press(text.host.skip);
  await ada.seesHeading(text.reveal.right);
  await bo.seesHeading(text.reveal.wrong);
  await cy.seesHeading(text.reveal.none);
  await host.press(text.host.toLeaderboard);
  await host.seesHeading(text.leaderboard.title);
  await host.press(text.host.toNext);

  // Paused, nobody can answer; going on, everyone can.
  await Promise.all([host, ...players].map((person) => person.seesHeading(THIRD.text)));
  await host.page.keyboard.press("p");
  await cy.sees(text.answer.paused);
  expect(await cy.button("True").isDisabled()).toBe(true);
  await host.page.keyboard.press("p");
  await Promise.all(players.map((person) => person.press(person === cy ? "False" : "True")));
  await host.press(text.host.toPodium);

  await Promise.all(players.map((person) => person.page.getByText("Ada won!").last().waitFor()));
  await host.seesHeading(text.podium.winner("Ada"));
  const standings = await ada.standings();
  expect(standings.map(([rank, name]) => [rank, name])).toEqual([
    ["1", "Ada"],
    ["2", "Bo"],
    ["3", "Cy"],
  ]);
  expect(await bo.standings()).toEqual(standings);
  expect(await cy.standings()).toEqual(standings);
  const steps = await host.page
    .locator(".steps li")
    .evaluateAll((all) => all.map((step) => step.textContent));
  for (const [at, [, name = "", score = ""]] of standings.entries()) {
    expect(steps[at]).toContain(name);
    expect(steps[at]).toContain(score);
  }
  await Promise.all(players.map((person, at) => person.seesHeading(text.podium.youCame(at + 1))));

  // What it came to is told as it was played, before and after a reload, and can be saved.
  await host.page.keyboard.press("s");
  const told = await summary(host);
  const median: unknown = expect.stringMatching(/^Median time \d/);
  const { parts } = text.host.summary;
  expect(told).toEqual([
    ["3", "63% 5 of 8 given", text.host.summary.question(1), expect.stringMatching(/^Question \d$/)],
    [parts.right(2), parts.wrong(1), median],
    [parts.right(1), parts.wrong(1), parts.none(1), median],
    [parts.right(2), parts.wrong(1), median],
    [0, 2, 0, 1].map(text.reveal.chosenBy),
    [0, 2, 0, 1].map(text.reveal.chosenBy),
    [2, 1].map(text.reveal.chosenBy),
  ]);
  expect(await host.standings()).toEqual(standings.map(([rank, name, score]) => [rank, name, score]));
  const [file] = await Promise.all([host.page.waitForEvent("download"), host.press(text.host.summary.save)]);
  expect(file.suggestedFilename()).toBe(`${PACK.title}.csv`);
  const [, ...saved] = (await readFile(await file.path(), "utf8")).trimEnd().split("\r\n");
  const plain = standings.map(([rank, name, score = ""]) => `${rank},"${name}",${score.replace(",", "")}`);
  expect(saved.map((line) => line.split(",").slice(0, 3).join(","))).toEqual(plain);
  // Who gave no answer has nothing there, who gave a wrong one nought.
  expect(saved.at(-1)).toMatch(/,0,,0$/);
  await host.page.keyboard.press("s");
  await host.seesHeading(text.podium.winner("Ada"));
  await host.page.reload();
  await host.seesHeading(text.podium.winner("Ada"));
  await host.press(text.host.summary.title);
  expect(await summary(host)).toEqual(told);

  // The room ends; the players keep their last screen, and the host has another room.
  await host.press(text.host.another);
  await host.seesHeading(text.host.pickTitle);
  expect(await ada.heading(text.podium.youCame(1)).isVisible()).toBe(true);
  await ada.press(text.podium.again);
  await ada.seesHeading(text.join.title);

  // Cy's view never had to be fetched anew: every delta was one from the view that Cy had.
  expect(cy.sent.filter((frame) => frame.includes('"join"'))).toHaveLength(1);
  expect(cy.sent.filter((frame) => frame.includes('"resume"'))).toEqual([]);
  expect([host, ...players].flatMap(({ faults }) => faults)).toEqual([]);
  expect([host, ...players].flatMap(({ asked }) => asked).filter((url) => url.includes(server.key))).toEqual(
    [],
  );
});

it("sends players to where they reach the server, which the host's own address may not be", async ({
  browser,
  server,
}) => {
  const host = await Person.at(browser, false);
  await host.page.goto(
    `${server.url}/host#key=${server.key}&players=${encodeURIComponent("http://192.0.2.7:3000")}`,
  );
  await host.page.getByRole("radio", { name: new RegExp(PACK.title) }).check();
  await host.press(text.host.open);
  const code = await shownCode(host);
  await host.sees("192.0.2.7:3000");
  await host.page.getByRole("img", { name: text.host.qr(`http://192.0.2.7:3000/join/${code}`) }).waitFor();
});

it("plays again with the same quiz in another room", async ({ browser, server, host, code }) => {
  const ada = await joins(browser, server, code, "Ada");
  await host.press(text.host.start);
  await ada.seesHeading(FIRST.text);
  await host.press(text.host.end);
  await host.press(text.host.endConfirm);
  await host.press(text.host.playAgain);
  await host.page.getByText(text.host.nobody).waitFor();
  expect(await shownCode(host)).not.toBe(code);
  expect([...host.faults, ...ada.faults]).toEqual([]);
});

it("goes on by itself where the host chose so", async ({ browser, server }) => {
  const host = await Person.at(browser, false);
  const code = await opens(host, server, PACK.title, { byItself: true });
  const ada = await joins(browser, server, code, "Ada");
  await host.press(text.host.start);
  await ada.seesHeading(FIRST.text);
  await ada.press("Saturn");
  await ada.seesHeading(text.reveal.right);
  await ada.seesHeading(text.leaderboard.title);
  await ada.seesHeading(SECOND.text);
});

// A spectator beside a host, in real browsers against the real binary: both show the same in every phase, and only one of
// them has controls.
import { expect } from "vitest";

import { en as text } from "../src/i18n/en.ts";
import { it } from "./hall.ts";
import { PACK } from "./pack.ts";
import { joins, Person } from "./people.ts";

const [FIRST] = PACK.questions;

/** What the screen of the phase says, without spaces: those differ between a button and plain words. */
const shown = async ({ page }: Person): Promise<string> =>
  (await page.locator("main").innerText()).replaceAll(/\s/g, "");

/** Waits until both show the same; what both know is told to them within the same tick, not at the same instant. */
const agree = (host: Person, spectator: Person): Promise<void> =>
  expect.poll(async () => (await shown(spectator)) === (await shown(host)), { timeout: 10_000 }).toBe(true);

it("shows what the host shows, from the lobby to the podium, and comes back", async ({
  browser,
  server,
  host,
  code,
}) => {
  const spectator = await Person.at(browser, false);
  await spectator.page.goto(`${server.url}/watch/${code}`);
  const ada = await joins(browser, server, code, "Ada");
  await spectator.seesHeading(text.players(1));
  await spectator.sees("Ada");
  await agree(host, spectator);
  expect(await spectator.page.getByRole("button", { name: text.host.kick("Ada") }).count()).toBe(0);
  expect(await spectator.page.getByRole("navigation").count()).toBe(0);

  await host.press(text.host.start);
  await Promise.all([host, spectator].map((person) => person.seesHeading(FIRST.text)));
  // The keys that work the host's page work nothing here: paused, the question would not end by its answer.
  await spectator.page.keyboard.press("p");
  await spectator.page.keyboard.press("Space");
  await spectator.page.reload();
  await spectator.seesHeading(FIRST.text);
  await spectator.page.getByRole("timer").waitFor();
  expect(await spectator.page.getByText(text.reveal.correct).count()).toBe(0);

  await spectator.context.setOffline(true);
  await spectator.sees(text.link.lost);
  await ada.press("Saturn");
  await host.sees(text.reveal.correct);
  await spectator.context.setOffline(false);
  await spectator.sees(text.reveal.correct);
  await spectator.page.getByText(text.link.lost).waitFor({ state: "detached" });
  await agree(host, spectator);

  await host.press(text.host.toLeaderboard);
  await spectator.seesHeading(text.leaderboard.title);
  await agree(host, spectator);
  await host.press(text.host.end);
  await host.press(text.host.endConfirm);
  await spectator.seesHeading(text.podium.winner("Ada"));
  await host.seesHeading(text.podium.winner("Ada"));
  await agree(host, spectator);

  // The room ends; the last standings stay to be looked at.
  await host.press(text.host.another);
  await host.seesHeading(text.host.pickTitle);
  expect(await spectator.heading(text.podium.winner("Ada")).isVisible()).toBe(true);
  expect([host, spectator, ada].flatMap(({ faults }) => faults)).toEqual([]);
});

it("asks for the code, and says what is wrong with it where it is typed", async ({
  browser,
  server,
  code,
}) => {
  const spectator = await Person.at(browser, false);
  await spectator.page.goto(`${server.url}/watch`);
  await spectator.page.getByLabel(text.join.code).fill("12");
  await spectator.press(text.watch.submit);
  await spectator.sees(text.refusals.code_short);
  await spectator.page.getByLabel(text.join.code).fill(code === "111111" ? "222222" : "111111");
  await spectator.press(text.watch.submit);
  await spectator.sees(text.refusals.unknown_room);
  await spectator.page.getByLabel(text.join.code).fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await spectator.press(text.watch.submit);
  await spectator.sees(text.host.nobody);
  expect(spectator.page.url()).toBe(`${server.url}/watch/${code}`);
});

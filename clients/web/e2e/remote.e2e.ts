// A remote beside a host, in real browsers against the real binary: what is pressed on the phone happens on the big screen,
// until its link is taken back.
import { expect } from "vitest";

import { en as text } from "../src/i18n/en.ts";
import { it } from "./hall.ts";
import { PACK } from "./pack.ts";
import { joins, Person } from "./people.ts";

const [FIRST] = PACK.questions;

it("runs the quiz from a phone until its link is taken back", async ({ browser, server, host, code }) => {
  await host.press(text.remote.open);
  await host.press(text.remote.make);
  await host.page.getByRole("img", { name: text.remote.qr }).waitFor();
  const link = (await host.page.getByRole("dialog").getByRole("link").getAttribute("href")) ?? "";
  await host.press(text.close);

  const remote = await Person.at(browser, true);
  await remote.page.goto(link);
  await remote.sees(text.remote.connected);
  expect(remote.page.url()).toBe(`${server.url}/remote`);
  const ada = await joins(browser, server, code, "Ada");
  await remote.seesHeading(text.players(1));

  await remote.press(text.host.start);
  await Promise.all([host, remote, ada].map((person) => person.seesHeading(FIRST.text)));
  await remote.press(text.host.pause);
  await ada.sees(text.answer.paused);
  await remote.page.reload();
  await remote.seesHeading(FIRST.text);
  await remote.press(text.host.resume);
  await ada.press("Saturn");
  await host.sees(text.reveal.correct);
  await remote.press(text.host.toLeaderboard);
  await host.seesHeading(text.leaderboard.title);

  await host.press(text.remote.open);
  await host.press(text.remote.revoke);
  await remote.seesHeading(text.remote.revokedTitle);
  await host.press(text.close);
  await remote.page.goto(link);
  await remote.seesHeading(text.remote.revokedTitle);
  await host.press(text.host.toNext);
  expect([host, remote, ada].flatMap(({ faults }) => faults)).toEqual([]);
});

it("closes the room by the large button once all places are shown, and asks before", async ({
  browser,
  gallery,
}) => {
  const remote = await Person.at(browser, true);
  await remote.page.goto(`${gallery.url}?scene=remote-podium`);
  await remote.press(text.host.closeConfirm);
  await remote.page.getByRole("dialog", { name: text.host.closeTitle }).waitFor();
});

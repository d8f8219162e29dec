// What goes wrong for people, in real browsers against the real binary: each is said at the place, in words,
// and can be put right there.
import { describe, expect } from "vitest";

import { en as text } from "../src/i18n/en.ts";
import { it } from "./hall.ts";
import { fillJoin, joins, Person } from "./people.ts";

/** The fault that is said at a field of the form, as the field itself points to it. */
async function faultAt(person: Person, label: string): Promise<string> {
  const field = person.page.getByLabel(label);
  await person.page.getByRole("alert").waitFor();
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  const said = person.page.locator(`#${await field.getAttribute("aria-describedby")}`);
  return (await said.innerText()).trim();
}

describe("joining", () => {
  it("says that a code is wrong, and lets it be mended", async ({ browser, server, code }) => {
    const ada = await Person.at(browser, true);
    await ada.page.goto(server.url);
    const wrong = code.startsWith("1") ? `2${code.slice(1)}` : `1${code.slice(1)}`;
    await fillJoin(ada, wrong, "Ada");
    expect(await faultAt(ada, text.join.code)).toBe(text.refusals.unknown_room);
    await fillJoin(ada, code, "Ada");
    await ada.seesHeading(text.lobby.youAreIn);
  });

  it("asks for six digits and for a name before it asks the server", async ({ browser, server, code }) => {
    const ada = await Person.at(browser, true);
    await ada.page.goto(server.url);
    await fillJoin(ada, "12", "Ada");
    expect(await faultAt(ada, text.join.code)).toBe(text.refusals.code_short);
    await fillJoin(ada, code, " ");
    expect(await faultAt(ada, text.join.name)).toBe(text.refusals.name_empty);
  });

  it("says that a name is taken, too long, or can't be used", async ({ browser, server, code }) => {
    await joins(browser, server, code, "Ada");
    const other = await Person.at(browser, true);
    await other.page.goto(`${server.url}/join/${code}`);
    await fillJoin(other, undefined, "ada");
    expect(await faultAt(other, text.join.name)).toBe(text.refusals.name_taken);
    await fillJoin(other, undefined, "A".repeat(40));
    await other.sees(text.refusals.name_too_long);
    await fillJoin(other, undefined, "A\u202Eda");
    await other.sees(text.refusals.name_invalid);
    await fillJoin(other, undefined, "Bo");
    await other.seesHeading(text.lobby.youAreIn);
  });

  it("says that a room is locked, and lets people in once it isn't", async ({
    browser,
    server,
    host,
    code,
  }) => {
    await host.page.keyboard.press("l");
    await host.button(text.host.unlock).waitFor();
    const ada = await Person.at(browser, true);
    await ada.page.goto(`${server.url}/join/${code}`);
    await fillJoin(ada, undefined, "Ada");
    expect(await faultAt(ada, text.join.code)).toBe(text.refusals.locked);
    await host.press(text.host.unlock);
    await host.button(text.host.lock).waitFor();
    await ada.press(text.join.submit);
    await ada.seesHeading(text.lobby.youAreIn);
  });
});

describe("a kick", () => {
  it("removes a player, who is told so and can't come back as the same", async ({
    browser,
    server,
    host,
    code,
  }) => {
    const ada = await joins(browser, server, code, "Ada");
    const bo = await joins(browser, server, code, "Bo");
    await host.press(text.host.kick("Bo"));
    await host.press(text.host.kick("Ada"));
    // In the lobby as well as where undoing is offered.
    await host.button(text.host.keep("Bo")).first().click();
    await ada.seesHeading(text.closed.title.kicked);
    await host.seesHeading(text.players(1));
    expect(await bo.heading(text.lobby.youAreIn).isVisible()).toBe(true);
    await ada.page.reload();
    await ada.seesHeading(text.join.title);
    await fillJoin(ada, code, "Ada");
    await ada.page.getByRole("alert").waitFor();
    expect(await ada.page.getByRole("alert").innerText()).toContain(text.refusals.kicked);
  });
});

describe("a seat", () => {
  it("is played in one tab at a time, and can be taken back", async ({ browser, server, host, code }) => {
    const ada = await joins(browser, server, code, "Ada");
    const other = await ada.duplicate();
    await other.seesHeading(text.lobby.youAreIn);
    await ada.seesHeading(text.closed.title.replaced);
    await ada.press(text.closed.takeBack);
    await ada.seesHeading(text.lobby.youAreIn);
    await other.seesHeading(text.closed.title.replaced);
    await host.seesHeading(text.players(1));
  });

  it("that is gone leads back to the form, which says so", async ({ browser, server, host, code }) => {
    const ada = await joins(browser, server, code, "Ada");
    await ada.context.setOffline(true);
    await ada.sees(text.link.lost);
    await host.press(text.host.end);
    await host.press(text.host.closeConfirm);
    await host.seesHeading(text.closed.title.ended);
    await ada.context.setOffline(false);
    await ada.seesHeading(text.join.title);
    await ada.sees(text.refusals.unknown_token);
  });
});

describe("hosting", () => {
  it("says that a key is wrong, typed or from a link, and goes on with the right one", async ({
    browser,
    server,
  }) => {
    const other = await Person.at(browser, false);
    await other.page.goto(`${server.url}/host#key=wrong-key`);
    expect(await faultAt(other, text.host.key)).toBe(text.refusals.bad_key);
    await other.page.getByLabel(text.host.key).fill("another-wrong-key");
    await other.press(text.host.keySubmit);
    expect(await faultAt(other, text.host.key)).toBe(text.refusals.bad_key);
    await other.page.getByLabel(text.host.key).fill(server.key);
    await other.press(text.host.keySubmit);
    await other.seesHeading(text.host.pickTitle);
  });

  it("moves to another device that has the key, and back", async ({ browser, server, host, code }) => {
    await joins(browser, server, code, "Ada");
    const other = await Person.at(browser, false);
    await other.page.goto(`${server.url}/host#key=${server.key}`);
    await other.page.getByLabel(text.host.code).fill(code);
    await other.press(text.host.takeOverSubmit);
    await other.button(text.host.kick("Ada")).waitFor();
    await host.seesHeading(text.closed.title.replaced);
    await host.press(text.closed.hostTakeBack);
    await host.button(text.host.kick("Ada")).waitFor();
    await other.seesHeading(text.closed.title.replaced);
  });

  it("says that a room to take over is not there", async ({ browser, server }) => {
    const other = await Person.at(browser, false);
    await other.page.goto(`${server.url}/host#key=${server.key}`);
    await other.page.getByLabel(text.host.code).fill("000000");
    await other.press(text.host.takeOverSubmit);
    expect(await faultAt(other, text.host.code)).toBe(text.refusals.unknown_room);
  });
});

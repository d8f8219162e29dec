// The player's page before its code is there, in a real browser against the real binary: what is typed and pressed is not
// lost, and code that can't be had is said and asked for again.
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { de as german } from "../src/i18n/de.ts";
import { en as text } from "../src/i18n/en.ts";
import { it } from "./hall.ts";
import { fillJoin, joins, Person } from "./people.ts";

const PAGE_CODE = /\/assets\/play-[^/]+\.js$/;
const SEATED_CODE = /\/assets\/seated-[^/]+\.js$/;

/** Keeps back what the page asks for at these addresses, until the returned function is called. */
async function held(page: Page, addresses: RegExp): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(addresses, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** Fails these requests, until the returned function is called. */
async function broken(page: Page, addresses: RegExp): Promise<() => Promise<void>> {
  await page.route(addresses, (route) => route.abort());
  return () => page.unroute(addresses);
}

it("takes the form over as it was used", async ({ browser, server, host, code }) => {
  const ada = await Person.at(browser, true);
  const release = await held(ada.page, PAGE_CODE);
  await ada.page.goto(`${server.url}/join/${code}`, { waitUntil: "commit" });
  const field = ada.page.getByLabel(text.join.code);
  await field.waitFor();
  expect((await field.inputValue()).replace(" ", "")).toBe(code);
  await ada.press(text.avatar.another);
  const name = ada.page.getByLabel(text.join.name);
  await name.fill("Ada");
  const place = await name.boundingBox();
  await name.press("Enter");
  expect(await ada.button(text.join.submit).isDisabled()).toBe(true);
  expect(await name.boundingBox()).toEqual(place);
  release();
  await ada.seesHeading(text.lobby.youAreIn);
  await host.button(text.host.kick("Ada")).waitFor();
  expect(ada.page.url()).toContain(code);
  expect(ada.faults).toEqual([]);
});

it("keeps what is typed, where the cursor is, and all in its place when its code comes", async ({
  browser,
  server,
}) => {
  const ada = await Person.at(browser, true);
  const release = await held(ada.page, PAGE_CODE);
  await ada.page.goto(server.url, { waitUntil: "commit" });
  const name = ada.page.getByLabel(text.join.name);
  await name.waitFor();
  await ada.page.keyboard.press("Tab");
  await name.focus();
  await ada.page.keyboard.type("Aa");
  await ada.page.keyboard.press("ArrowLeft");
  const place = await name.boundingBox();
  const button = await ada.button(text.join.submit).boundingBox();
  release();
  // A face is the first thing that only the page's code can draw.
  await ada.page.locator("fieldset .shown > svg").waitFor();
  await ada.page.keyboard.type("d");
  expect(await name.inputValue()).toBe("Ada");
  expect(await name.boundingBox()).toEqual(place);
  expect(await ada.button(text.join.submit).boundingBox()).toEqual(button);
  expect(ada.faults).toEqual([]);
});

it("speaks its reader's language from the first moment", async ({ browser, server }) => {
  const context = await browser.newContext({ locale: "de-AT" });
  const page = await context.newPage();
  const release = await held(page, PAGE_CODE);
  await page.goto(server.url, { waitUntil: "commit" });
  const name = page.getByLabel(german.join.name);
  await name.fill("Ada");
  await page.getByRole("button", { name: german.join.submit, exact: true }).click();
  release();
  await page.getByText(german.refusals.code_short).waitFor();
  expect(await name.inputValue()).toBe("Ada");
});

it("shows no form to whoever has a seat already", async ({ browser, server, code }) => {
  const ada = await joins(browser, server, code, "Ada");
  const release = await held(ada.page, PAGE_CODE);
  await ada.page.reload({ waitUntil: "commit" });
  await ada.page.locator("form").waitFor({ state: "attached" });
  await ada.page.waitForFunction(
    () => performance.getEntriesByName(document.scripts[0]?.src ?? "").length > 0,
  );
  await ada.page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  expect(await ada.page.locator("form").isVisible()).toBe(false);
  release();
  await ada.seesHeading(text.lobby.youAreIn);
});

it("says that its code could not be had, and comes when it can", async ({ browser, server, code }) => {
  const ada = await Person.at(browser, true);
  const mend = await broken(ada.page, PAGE_CODE);
  await ada.page.goto(`${server.url}/join/${code}`, { waitUntil: "commit" });
  await ada.sees(text.link.failing);
  await fillJoin(ada, undefined, "Ada");
  await mend();
  await ada.seesHeading(text.lobby.youAreIn);
  expect(await ada.page.getByText(text.link.failing).count()).toBe(0);
});

it("says that what a seat shows could not be had, and shows it when it can", async ({
  browser,
  server,
  code,
}) => {
  const ada = await Person.at(browser, true);
  const mend = await broken(ada.page, SEATED_CODE);
  await ada.page.goto(`${server.url}/join/${code}`);
  await fillJoin(ada, undefined, "Ada");
  await ada.sees(text.link.failing);
  await mend();
  await ada.seesHeading(text.lobby.youAreIn);
});

// The page in the language of its reader, in a real browser against the real binary: first the browser's, then the one
// that was picked, at once and from then on.
import { expect } from "vitest";

import { de } from "../src/i18n/de.ts";
import { en } from "../src/i18n/en.ts";
import { it } from "./hall.ts";

it("speaks the browser's language, changes it without a reload, and keeps what was picked", async ({
  browser,
  server,
}) => {
  const context = await browser.newContext({ locale: "de-AT" });
  const page = await context.newPage();
  const heading = (name: string): Promise<void> => page.getByRole("heading", { name, exact: true }).waitFor();
  const language = (): Promise<string | null> => page.locator("html").getAttribute("lang");
  /** How often the German words were fetched. */
  let fetched = 0;
  page.on("request", (request) => {
    if (/\/de-[^/]+\.js$/.test(request.url())) fetched += 1;
  });

  await page.goto(server.url);
  await heading(de.join.title);
  expect([await language(), fetched]).toEqual(["de", 1]);

  await page.getByLabel(de.join.code).fill("12");
  await page.getByRole("button", { name: de.join.submit, exact: true }).click();
  await page.getByText(de.refusals.code_short).waitFor();
  await page.getByLabel(de.language.label).selectOption("en");
  await heading(en.join.title);
  await page.getByText(en.refusals.code_short).waitFor();
  expect(await language()).toBe("en");
  // Neither what was typed nor the control that was used is lost.
  expect(await page.getByLabel(en.join.code).inputValue()).toBe("12");
  expect(await page.getByLabel(en.language.label).inputValue()).toBe("en");

  await page.reload();
  await heading(en.join.title);
  expect(fetched).toBe(1);
  await page.goto(`${server.url}/host`);
  await heading(en.host.title);
  expect(await page.locator("html").getAttribute("dir")).toBe("ltr");
});

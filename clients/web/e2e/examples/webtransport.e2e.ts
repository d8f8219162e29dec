// The echo of examples/webtransport.rs: Chromium's own WebTransport, and the stock client on it.
import { expect } from "vitest";

import { beside, type Guest, looksRight } from "./example.ts";

const it = beside("webtransport");

async function hearsItself(guest: Guest, words: string): Promise<void> {
  await guest.field("What you say").fill(words);
  await guest.press("Send");
  const echoes = guest.page.getByRole("list", { name: "What came back" });
  await expect.poll(() => echoes.innerText()).toContain(`${words} = ${words}, after`);
}

it("is what a polling session is upgraded to", async ({ example }) => {
  const ada = await example.guest();
  await ada.page.getByText("Carried by webtransport").waitFor();
  await hearsItself(ada, "Grüße");
  await looksRight(ada);
  expect(ada.person.faults).toEqual([]);
});

it("opens a session of its own", async ({ example }) => {
  const bert = await example.guest(320);
  await bert.page.goto(`${example.url}?direct`);
  await bert.page.getByText("Carried by webtransport").waitFor();
  await hearsItself(bert, "x".repeat(200));
  await looksRight(bert);
  expect(bert.person.faults).toEqual([]);
});

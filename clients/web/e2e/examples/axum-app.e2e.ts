// The app of examples/axum_app.rs: who has its token is let in, and who has none hears why not.
import { expect } from "vitest";

import { beside, type Example, type Guest, looksRight } from "./example.ts";

const it = beside("axum_app");

async function logsIn(guest: Guest, name: string, password = "sesame"): Promise<void> {
  await guest.field("Your name").fill(name);
  await guest.field("Password").fill(password);
  await guest.press("Log in");
}

async function comes(example: Example, name: string, width = 1280): Promise<Guest> {
  const guest = await example.guest(width);
  await logsIn(guest, name);
  await guest.page.getByRole("heading", { name: "On the board" }).waitFor();
  return guest;
}

const notes = (guest: Guest): Promise<string[]> => guest.page.locator("#notes bdi").allInnerTexts();

const notice = (guest: Guest): Promise<string> => guest.page.getByRole("alert").innerText();

it("tells who may not come in why, in words and by a code", async ({ example }) => {
  const guest = await example.guest(320);
  await looksRight(guest);
  await guest.press("Try without a token");
  await expect.poll(() => notice(guest)).toBe("Log in first. (no_token)");
  await logsIn(guest, "Ada", "wrong");
  await expect.poll(() => notice(guest)).toBe("That is not the password.");
  await guest.page.evaluate(() => {
    sessionStorage.setItem("token", "made.up.here");
  });
  await guest.page.reload();
  await expect.poll(() => notice(guest)).toContain("(bad_token)");
  expect(guest.person.faults).toEqual([]);
});

it("pins notes by the app's route, which all get who have a token", async ({ example }) => {
  const ada = await comes(example, "Ada", 320);
  const bert = await comes(example, "Bert");
  await ada.field("Your note").fill("<i>Milk</i>");
  await ada.press("Pin it up");
  for (const guest of [ada, bert]) await expect.poll(() => notes(guest)).toEqual(["<i>Milk</i>"]);
  await bert.page.getByText("Ada", { exact: true }).waitFor();
  await looksRight(ada);
  const refused = await bert.page.request.post(`${example.url}notes`, { data: "Without a token" });
  expect(refused.status()).toBe(401);
  const polled = await bert.page.request.get(`${example.url}socket.io/?EIO=4&transport=polling`);
  expect(polled.headers()["x-content-type-options"], "the app's middleware is around Socket.IO").toBe(
    "nosniff",
  );
  await bert.cut("Logged in", () => Promise.resolve());
  await bert.press("Log out");
  await bert.field("Password").waitFor();
  for (const { person } of [ada, bert]) expect(person.faults).toEqual([]);
});

it("asks to log in again when the server has other keys", async ({ example }) => {
  const ada = await comes(example, "Ada");
  await example.restart(ada);
  await expect.poll(() => notice(ada)).toContain("(bad_token)");
  await logsIn(ada, "Ada");
  await ada.field("Your note").waitFor();
});

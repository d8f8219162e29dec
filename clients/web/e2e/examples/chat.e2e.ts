// The chat of examples/chat.rs between people at their browsers.
import { expect } from "vitest";

import { beside, type Example, type Guest, looksRight } from "./example.ts";

const it = beside("chat");

async function joins(example: Example, name: string, room = "lobby", width = 1280): Promise<Guest> {
  const guest = await example.guest(width);
  await guest.field("Your name").fill(name);
  await guest.field("Room").fill(room);
  await guest.press("Join");
  await guest.page.getByRole("heading", { name: `#${room}` }).waitFor();
  return guest;
}

const people = (guest: Guest): Promise<string[]> =>
  guest.page.getByRole("list", { name: "Who is here" }).getByRole("listitem").allInnerTexts();

const said = (guest: Guest): Promise<string[]> => guest.page.locator("#log p").allInnerTexts();

async function says(guest: Guest, text: string): Promise<void> {
  await guest.field("What you say").fill(text);
  await guest.press("Send");
  await expect.poll(() => guest.field("What you say").inputValue()).toBe("");
}

it("carries what is said, who is there and who is typing", async ({ example }) => {
  const ada = await joins(example, "Ada", "lobby", 320);
  const bert = await joins(example, "Bert");
  await expect.poll(() => people(ada)).toEqual(expect.arrayContaining(["Ada", "Bert"]));
  await bert.field("What you say").pressSequentially("I am");
  await ada.page.getByText("Bert is typing…").waitFor();
  await says(bert, "<b>Hello</b> & welcome");
  await expect.poll(() => said(ada)).toEqual(["<b>Hello</b> & welcome"]);
  await expect.poll(() => ada.page.locator("#typing").innerText()).toBe("");
  await says(ada, "Hi");
  await expect.poll(() => said(bert)).toEqual(["<b>Hello</b> & welcome", "Hi"]);
  await looksRight(ada);

  const later = await joins(example, "Cleo");
  expect(await said(later)).toEqual(["<b>Hello</b> & welcome", "Hi"]);
  const elsewhere = await joins(example, "Dora", "library");
  expect(await said(elsewhere)).toEqual([]);
  expect(await people(elsewhere)).toEqual(["Dora"]);
  await bert.press("Leave");
  await expect.poll(() => people(ada)).not.toContain("Bert");
  for (const { person } of [ada, bert, later, elsewhere]) expect(person.faults).toEqual([]);
});

it("brings back what was missed, once, after a lost connection", async ({ example }) => {
  const ada = await joins(example, "Ada", "pub");
  const bert = await joins(example, "Bert", "pub");
  await says(ada, "one");
  await ada.cut("Connected", () => says(bert, "two"));
  await says(bert, "three");
  await expect.poll(() => said(ada)).toEqual(["one", "two", "three"]);
  expect(await people(bert)).toHaveLength(2);
});

it("joins anew when the server was started again", async ({ example }) => {
  const ada = await joins(example, "Ada", "garden");
  await example.restart(ada);
  await expect.poll(() => ada.status.innerText()).toBe("Connected");
  await expect.poll(() => people(ada)).toEqual(["Ada"]);
  await says(ada, "Still here");
  await expect.poll(() => said(ada)).toEqual(["Still here"]);
});

it("refuses what no page sends", async ({ example }) => {
  const guest = await example.guest();
  await looksRight(guest);
  const refused = expect.objectContaining({ ok: false }) as unknown;
  expect(await guest.ask("say", "before joining")).toEqual(refused);
  expect(await guest.ask("join", "x".repeat(25), "Eve")).toEqual(refused);
  expect(await guest.ask("join", "lobby", "\u0007")).toEqual(refused);
  expect(await guest.ask("join", { room: 1 })).toEqual(refused);
});

// The dashboard of examples/dashboard.rs, looked at from two browsers.
import { expect } from "vitest";

import { beside, type Guest, looksRight } from "./example.ts";

const it = beside("dashboard");

const value = (guest: Guest, title: string): Promise<string> =>
  guest.page.getByRole("figure").filter({ hasText: title }).locator("figcaption p").innerText();

it("shows each the other's coming and going, and this machine's load", async ({ example }) => {
  const ada = await example.guest();
  await expect.poll(() => value(ada, "Connections")).toBe("1");
  const bert = await example.guest(320);
  for (const guest of [ada, bert]) await expect.poll(() => value(guest, "Connections")).toBe("2");
  await expect.poll(() => value(ada, "CPU")).toMatch(/^\d{1,3} %$/);
  expect(await value(ada, "Memory")).toMatch(/^[\d.]+ GiB$/);
  await looksRight(bert);
  await bert.page.context().close();
  await expect.poll(() => value(ada, "Connections")).toBe("1");
  expect([...ada.person.faults, ...bert.person.faults]).toEqual([]);
});

it("can be read by keyboard and stands still when asked to", async ({ example }) => {
  const ada = await example.guest();
  const rows = ada.page.locator("tbody tr");
  await expect.poll(() => rows.count()).toBeGreaterThan(1);
  const plot = ada.page.getByRole("img", { name: /^CPU: \d+ % now/ });
  await plot.focus();
  await ada.page.keyboard.press("ArrowLeft");
  expect(await ada.page.getByRole("figure").first().locator(".read").innerText()).toMatch(/: \d+ %$/);
  const bert = await example.guest();
  await ada.press("Pause");
  const then = await rows.first().textContent();
  const moving = await bert.page.locator("tbody tr").first().textContent();
  await expect.poll(() => bert.page.locator("tbody tr").first().textContent()).not.toBe(moving);
  expect(await rows.first().textContent()).toBe(then);
  await ada.press("Pause");
  expect(await rows.first().textContent()).not.toBe(then);
});

it("goes on after the server was started again", async ({ example }) => {
  const ada = await example.guest();
  await expect.poll(() => ada.status.innerText()).toBe("Live");
  await example.restart(ada);
  await expect.poll(() => ada.status.innerText()).toBe("Live");
  await expect.poll(() => value(ada, "Connections")).toBe("1");
});

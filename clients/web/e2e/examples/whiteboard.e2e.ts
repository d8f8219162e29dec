// The whiteboard of examples/whiteboard.rs, drawn on from two browsers.
import { expect } from "vitest";

import { beside, type Example, type Guest, looksRight } from "./example.ts";

const it = beside("whiteboard");

async function comes(example: Example, name: string, width = 1280): Promise<Guest> {
  const guest = await example.guest(width);
  await expect.poll(() => guest.status.innerText()).toBe("Connected");
  await guest.field("Name").fill(name);
  return guest;
}

const strokes = (guest: Guest): Promise<string | undefined> =>
  guest.page.locator("canvas").evaluate((canvas) => canvas.dataset["strokes"]);

const picture = (guest: Guest): Promise<string> =>
  guest.page.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

/** By mouse, through these parts of the board's width and height. */
async function draws({ page }: Guest, ...through: [number, number][]): Promise<void> {
  const box = await page.locator("canvas").boundingBox();
  if (!box) throw new Error("the board is not shown");
  const places = through.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  for (const [at, [x, y]] of places.entries()) {
    await page.mouse.move(x, y, { steps: 5 });
    if (at === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

it("shows strokes and pens of others, takes back one's own, and hands out pictures", async ({ example }) => {
  const ada = await comes(example, "Ada");
  const bert = await comes(example, "Bert");
  await ada.page.getByText("Here with you: Bert").waitFor();
  await draws(ada, [0.2, 0.2], [0.5, 0.6], [0.8, 0.3]);
  await expect.poll(() => strokes(bert)).toBe("1");
  await expect.poll(() => picture(bert)).toBe(await picture(ada));
  await bert.page.locator(".pen", { hasText: "Ada" }).waitFor();

  await bert.page.getByRole("radio", { name: "Red" }).check();
  await draws(bert, [0.1, 0.9], [0.9, 0.9]);
  await expect.poll(() => strokes(ada)).toBe("2");
  await ada.press("Undo");
  for (const guest of [ada, bert]) await expect.poll(() => strokes(guest)).toBe("1");
  await ada.press("Undo");
  await ada.press("Hand out a picture");
  for (const guest of [ada, bert]) {
    const shown = guest.page.getByRole("list", { name: "Pictures" }).locator("img");
    await expect.poll(() => shown.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(1_000);
  }
  expect(await strokes(bert), "Bert's is not Ada's to take back").toBe("1");
  await looksRight(bert);
  expect([...ada.person.faults, ...bert.person.faults]).toEqual([]);
});

it("is drawn on by keyboard, and by a lost connection's other end", async ({ example }) => {
  const ada = await comes(example, "Ada", 320);
  const bert = await comes(example, "Bert");
  const before = Number(await strokes(bert));
  await ada.page.locator("canvas").focus();
  for (const key of ["Space", "ArrowRight", "ArrowRight", "Space"]) await ada.page.keyboard.press(key);
  await expect.poll(() => strokes(bert)).toBe(String(before + 1));
  await ada.page.keyboard.press("z");
  await expect.poll(() => strokes(bert)).toBe(String(before));
  await ada.cut("Connected", () => draws(bert, [0.3, 0.3], [0.4, 0.7]));
  await expect.poll(() => strokes(ada)).toBe(String(before + 1));
});

it("is empty after the server was started again, and can be drawn on", async ({ example }) => {
  const ada = await comes(example, "Ada");
  const bert = await comes(example, "Bert");
  await draws(ada, [0.2, 0.2], [0.3, 0.3]);
  await example.restart(ada, bert);
  for (const guest of [ada, bert]) await expect.poll(() => strokes(guest)).toBe("0");
  await draws(bert, [0.2, 0.2], [0.3, 0.3]);
  await expect.poll(() => strokes(ada)).toBe("1");
});

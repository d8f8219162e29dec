// People in an arena, in real browsers against the real binary: found by the list of rooms, moved by keys, mouse, touch and taps,
// and seen by each other on their canvases; through a lost network and a reload, to the end of the room in the list.
import type { Locator } from "playwright-core";
import { io } from "socket.io-client";
import { expect } from "vitest";

import { en as text } from "../src/i18n/en.ts";
import { gamesEn as words } from "../src/i18n/games.en.ts";
import { digits, spaced } from "../src/state/code.ts";
import { it } from "./hall.ts";
import { Person } from "./people.ts";

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Where this player's colour is on this person's canvas, in parts of it: what is seen, not what was sent. */
async function seen(person: Person, name: string): Promise<Spot> {
  const sign = person.page.getByRole("row").filter({ hasText: name }).locator(".sign");
  const colour = await sign.evaluate((element) => getComputedStyle(element).backgroundColor);
  const found = await person.page.locator("canvas").evaluate((canvas, colour) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const pixels =
      (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
    const wanted = colour.match(/\d+/g)?.map(Number) ?? [];
    const spots: Spot[] = [];
    for (let at = 0; at < pixels.length; at += 4) {
      // The ring around a face is thin: most of it is blended with what it lies on.
      if (wanted.some((part, channel) => Math.abs((pixels[at + channel] ?? 0) - part) > 20)) continue;
      spots.push({ x: ((at / 4) % width) / width, y: Math.floor(at / 4 / width) / height });
    }
    // Some pixels of somebody else's face are of this colour, too: most are the ring's, and the others far from it.
    const half = (axis: "x" | "y"): number =>
      spots.map((spot) => spot[axis]).sort((one, other) => one - other)[spots.length >> 1] ?? NaN;
    const [midX, midY] = [half("x"), half("y")];
    const ring = spots.filter(({ x, y }) => Math.hypot(x - midX, y - midY) < 0.08);
    const mean = (axis: "x" | "y"): number => ring.reduce((sum, spot) => sum + spot[axis], 0) / ring.length;
    return { count: ring.length, x: mean("x"), y: mean("y") };
  }, colour);
  expect(found.count, `${name}'s pixels`).toBeGreaterThan(20);
  return found;
}

const PATIENCE = { timeout: 15_000, interval: 50 };

async function enters(person: Person, name: string, submit: string): Promise<void> {
  await person.page.getByLabel(words.arena.name).fill(name);
  await person.press(submit);
  await person.page.getByRole("application", { name: words.arena.board }).waitFor();
}

const listed = (person: Person, players: number): Promise<void> =>
  person.page
    .getByRole("row")
    .filter({ hasText: words.list.playersOf(players, 8) })
    .waitFor();

/** Presses a finger at `from`, drags it to `to` and holds it there, until the returned function is called; in parts of the board. */
async function drags(person: Person, from: Spot, to: Spot): Promise<() => Promise<void>> {
  const touch = await person.context.newCDPSession(person.page);
  const box = await person.page.getByRole("application").boundingBox();
  if (box === null) throw new Error("there is no board");
  const at = ({ x, y }: Spot) => [{ x: box.x + x * box.width, y: box.y + y * box.height }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(from) });
  await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(to) });
  return async () => {
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  };
}

/** Both see this player at the same place, standing still. */
async function agree(one: Person, other: Person, name: string): Promise<void> {
  await expect
    .poll(async () => {
      const [here, there] = await Promise.all([seen(one, name), seen(other, name)]);
      return Math.hypot(here.x - there.x, here.y - there.y);
    }, PATIENCE)
    .toBeLessThan(0.02);
}

it("is found in the list, and played with keys and touch by two who see each other", async ({
  browser,
  server,
}) => {
  const bo = await Person.at(browser, true);
  await bo.page.goto(`${server.url}/games`);
  await bo.sees(words.list.noRooms);

  const ada = await Person.at(browser, false);
  await ada.page.goto(`${server.url}/games`);
  await ada.page.getByRole("link", { name: words.list.quickMatch }).click();
  await enters(ada, "Ada", words.arena.quickMatch);
  const code = digits(new URL(ada.page.url()).searchParams.get("room") ?? "");
  expect(code).toMatch(/^\d{6}$/);

  await listed(bo, 1);
  await bo.page.getByRole("link", { name: words.list.joinRoom(spaced(code)) }).click();
  await enters(bo, "Bo", words.arena.joinRoom(spaced(code)));
  for (const person of [ada, bo])
    for (const name of ["Ada", "Bo"]) await person.page.getByRole("rowheader", { name }).waitFor();

  // Ada walks to the side that is farther away, at which Bo sees her in the end.
  const start = await seen(bo, "Ada");
  const right = start.x < 0.5;
  await ada.page.keyboard.down(right ? "ArrowRight" : "KeyA");
  await expect.poll(async () => Math.abs((await seen(bo, "Ada")).x - start.x), PATIENCE).toBeGreaterThan(0.2);
  await ada.page.keyboard.up(right ? "ArrowRight" : "KeyA");
  await agree(ada, bo, "Ada");
  expect(Math.abs((await seen(bo, "Ada")).y - start.y)).toBeLessThan(0.02);

  // Bo's finger drags a stick up or down.
  const below = await seen(ada, "Bo");
  const up = below.y > 0.5;
  const release = await drags(bo, { x: 0.5, y: 0.5 }, { x: 0.5, y: up ? 0.2 : 0.8 });
  await expect.poll(async () => Math.abs((await seen(ada, "Bo")).y - below.y), PATIENCE).toBeGreaterThan(0.2);
  await release();
  await agree(ada, bo, "Bo");
  // A tap sends him to a place.
  await (
    await drags(bo, { x: 0.3, y: 0.3 }, { x: 0.3, y: 0.3 })
  )();
  await expect
    .poll(async () => {
      const { x, y } = await seen(ada, "Bo");
      return Math.hypot(x - 0.3, y - 0.3);
    }, PATIENCE)
    .toBeLessThan(0.03);
  await agree(ada, bo, "Bo");

  // Ada loses the network, and Bo moves meanwhile: back again, she sees where he is, and moves on.
  await ada.context.setOffline(true);
  await ada.sees(words.arena.lost);
  await (
    await drags(bo, { x: 0.7, y: 0.6 }, { x: 0.7, y: 0.6 })
  )();
  await expect.poll(async () => (await seen(bo, "Bo")).x, PATIENCE).toBeGreaterThan(0.67);
  await ada.context.setOffline(false);
  await ada.page.getByText(words.arena.lost).waitFor({ state: "detached" });
  await agree(ada, bo, "Bo");
  await agree(ada, bo, "Ada");

  // A reload takes the same seat again.
  await ada.page.reload();
  await ada.page.getByRole("application").waitFor();
  await ada.page.getByRole("rowheader", { name: "Bo" }).waitFor();
  const again = await seen(bo, "Ada");
  await ada.page.keyboard.down(again.x > 0.5 ? "ArrowLeft" : "ArrowRight");
  await expect.poll(async () => Math.abs((await seen(bo, "Ada")).x - again.x), PATIENCE).toBeGreaterThan(0.1);
  await ada.page.keyboard.up(again.x > 0.5 ? "ArrowLeft" : "ArrowRight");
  expect(await bo.page.getByRole("rowheader").count()).toBe(2);
  await ada.page
    .locator("[aria-live]", { hasText: /You have \d+ coins?: \d\w\w of 2\./ })
    .waitFor({ state: "attached" });

  // Who leaves is gone at once, and asked for a name.
  await ada.press(words.arena.leave);
  await ada.page.getByLabel(words.arena.name).waitFor();
  await bo.page.getByRole("rowheader", { name: "Ada" }).waitFor({ state: "detached" });
  await ada.page.getByRole("link", { name: words.arena.all }).click();
  await listed(ada, 1);

  expect([...ada.faults, ...bo.faults]).toEqual([]);
  // Every delta was one from the view they had: nothing had to be asked for anew but by who was cut off or reloaded.
  expect(bo.sent.filter((frame) => frame.includes('"resume"'))).toEqual([]);
});

/** A part of the board, from its edge to its edge, as a part of the canvas, which has a margin. */
const onCanvas = ({ x, y }: Spot): Spot => ({ x: 0.04 + 0.92 * x, y: 0.04 + 0.92 * y });

const far = (one: Spot, other: Spot): number => Math.hypot(one.x - other.x, one.y - other.y);

it("is played with the mouse alone, on a board of another size", async ({ browser, server }) => {
  const SIDE = 40;
  const socket = io(server.url, { transports: ["websocket"] });
  const opened = (await socket.emitWithAck("create", {
    ...{ game: "arena", name: "Cy", options: { size: SIDE, coins: 0 } },
  })) as { room: string; seat: number; state: { players: Record<number, Spot> } };
  const cy = opened.state.players[opened.seat] ?? { x: NaN, y: NaN };

  const ada = await Person.at(browser, false);
  await ada.page.goto(`${server.url}/games/arena?room=${opened.room}`);
  await enters(ada, "Ada", words.arena.joinRoom(spaced(opened.room)));
  await ada.page.getByRole("rowheader", { name: "Cy" }).waitFor();
  const there = onCanvas({ x: cy.x / SIDE, y: cy.y / SIDE });

  const { mouse } = ada.page;
  const box = await ada.page.getByRole("application").boundingBox();
  if (box === null) throw new Error("there is no board");
  const to = ({ x, y }: Spot): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  // A click sends Ada to a place, from which she hides nothing of Cy.
  const place = { x: 0.1, y: there.y < 0.5 ? 0.75 : 0.25 };
  const goes = async (): Promise<void> => {
    await mouse.click(...to(place));
    await expect.poll(async () => far(await seen(ada, "Ada"), place), PATIENCE).toBeLessThan(0.03);
  };
  await goes();
  await expect.poll(async () => far(await seen(ada, "Cy"), there), PATIENCE).toBeLessThan(0.02);

  // The button held down and dragged is a stick, and let go it stops her: the server is told, and she stands before the other side.
  const dragsAcross = async (): Promise<number> => {
    await mouse.move(...to({ x: 0.5, y: 0.5 }));
    await mouse.down();
    await mouse.move(...to({ x: 0.8, y: 0.5 }), { steps: 4 });
    await expect.poll(async () => (await seen(ada, "Ada")).x, PATIENCE).toBeGreaterThan(0.2);
    await mouse.up();
    const told = (): string => ada.sent.findLast((frame) => frame.includes('"move"')) ?? "";
    await expect.poll(told, PATIENCE).toContain('"dx":0,"dy":0}');
    await expect
      .poll(async () => {
        const before = await seen(ada, "Ada");
        return far(before, await seen(ada, "Ada"));
      }, PATIENCE)
      .toBeLessThan(0.001);
    return (await seen(ada, "Ada")).x;
  };
  let stood = await dragsAcross();
  // A machine that looks at its pictures for seconds lets go when she is across: then it was no trial, and is made again.
  for (let again = 0; again < 3 && stood > 0.95; again += 1) {
    await goes();
    stood = await dragsAcross();
  }
  expect(stood).toBeLessThan(0.95);

  expect(ada.faults).toEqual([]);
  socket.disconnect();
});

it("is played by keyboard alone, and told to who can't see it", async ({ browser, server }) => {
  const ada = await Person.at(browser, false);
  const { page } = ada;
  const { keyboard } = page;
  const reaches = async (what: Locator): Promise<void> => {
    await expect
      .poll(async () => {
        await keyboard.press("Tab");
        return what.evaluate((element) => element === document.activeElement);
      }, PATIENCE)
      .toBe(true);
  };
  await page.goto(`${server.url}/games`);
  await reaches(page.getByRole("link", { name: words.list.quickMatch }));
  await keyboard.press("Enter");
  await reaches(page.getByLabel(words.arena.name));
  await keyboard.type("Ada");
  await keyboard.press("Enter");
  const board = page.getByRole("application", { name: words.arena.board });
  await board.waitFor();
  // The keys are the board's at once, and what they are is said with its name.
  expect(await board.evaluate((element) => element === document.activeElement)).toBe(true);
  const described = await board.evaluate((element) => {
    const id = element.getAttribute("aria-describedby") ?? "";
    return document.getElementById(id)?.textContent;
  });
  expect(described).toBe(words.arena.help);

  const start = await seen(ada, "Ada");
  const key = start.y > 0.5 ? "ArrowUp" : "KeyS";
  await keyboard.down(key);
  await expect
    .poll(async () => Math.abs((await seen(ada, "Ada")).y - start.y), PATIENCE)
    .toBeGreaterThan(0.2);
  await keyboard.up(key);

  // Coins, place and who leads are said; the players are a table with a name and headings.
  await page
    .locator("[aria-live=polite]", { hasText: /^You have \d+ coins?: / })
    .waitFor({ state: "attached" });
  const table = page.getByRole("table", { name: words.arena.table });
  expect(await table.getByRole("columnheader").allInnerTexts()).toEqual([
    words.arena.rank,
    words.arena.player,
    words.arena.score,
  ]);
  await table.getByRole("rowheader", { name: /Ada.*You/ }).waitFor();

  // A computer is heard until it is muted, and stays muted over a reload.
  const sound = page.getByRole("button", { name: text.sounds.label });
  expect(await sound.getAttribute("aria-pressed")).toBe("true");
  await reaches(sound);
  await keyboard.press("Space");
  expect(await sound.getAttribute("aria-pressed")).toBe("false");
  await page.reload();
  await board.waitFor();
  expect(await sound.getAttribute("aria-pressed")).toBe("false");

  await reaches(page.getByRole("button", { name: words.arena.leave }));
  await keyboard.press("Enter");
  await page.getByLabel(words.arena.name).waitFor();
  expect(ada.faults).toEqual([]);
});

it("says that a room is not there, and offers another", async ({ browser, server }) => {
  const ada = await Person.at(browser, true);
  await ada.page.goto(`${server.url}/games/arena?room=000000`);
  await ada.page.getByLabel(words.arena.name).fill("Ada");
  await ada.press(words.arena.joinRoom(spaced("000000")));
  await ada.sees(words.unknownRoom);
  await enters(ada, "Ada", words.arena.quickMatch);
  expect(ada.faults).toEqual([]);
});

// Socket.IO's own admin page, as its npm package is built, in a real browser beside the real binary: it is let in, shows what there
// is, and has something done about it, which a stock client sees. What the binary tells it is in tests/interop/stock/admin.test.js.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { io, type Socket } from "socket.io-client";
import { preview } from "vite";
import { expect } from "vitest";

import { it as hall } from "./hall.ts";
import { Person } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const PACKAGE = dirname(createRequire(import.meta.url).resolve("@socket.io/admin-ui/package.json"));
const PASSWORD = "sesame";
const ENVIRONMENT = {
  PARLOR_ADMIN_USERNAME: "ada",
  PARLOR_ADMIN_PASSWORD_HASH: "$2b$06$parlorparlorparlorparerMakVbQRvvGdvJkLxv9jO1HPvokjDTi",
};

const it = hall
  /** Where the page is: at another address than the server, as the one that everybody may use is. */
  .extend("site", { scope: "file" }, async ({}, { onCleanup }) => {
    const build = { outDir: join(PACKAGE, "ui/dist") };
    const listens = { port: 0, host: "127.0.0.1" };
    const site = await preview({ configFile: false, build, preview: listens, logLevel: "error" });
    onCleanup(() => site.close());
    const [url = ""] = site.resolvedUrls?.local ?? [];
    return url;
  })
  .extend("server", { scope: "file" }, async ({ pack, site }, { onCleanup }) => {
    const cors = JSON.stringify({ origin: new URL(site).origin, credentials: true });
    const server = await startServer(pack, { ...ENVIRONMENT, PARLOR_SOCKETIO_TRANSPORT_CORS: cors });
    onCleanup(() => server.stop());
    return server;
  })
  /** A client that the page looks at. */
  .extend("guest", async ({ server }, { onCleanup }) => {
    const guest = io(server.url, { forceNew: true, reconnection: false, transports: ["websocket"] });
    onCleanup(() => {
      guest.disconnect();
    });
    await new Promise<void>((resolve, reject) =>
      guest.once("connect", resolve).once("connect_error", reject),
    );
    return guest;
  });

/** At the page, whose fonts and icons are elsewhere, where nobody asks for them. */
async function comes(browser: Browser, site: string): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  await context.route(/fonts\.googleapis\.com|cdn\.jsdelivr\.net/, (route) => route.abort());
  const person = await Person.in(context);
  await person.page.goto(site);
  return person;
}

async function logsIn({ page }: Person, { url }: Server, password: string): Promise<void> {
  await page.getByLabel("Server URL").fill(url);
  await page.getByLabel("Username").fill("ada");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
}

/** Somebody who has come in. */
async function admin(browser: Browser, site: string, server: Server): Promise<Person> {
  const person = await comes(browser, site);
  await logsIn(person, server, PASSWORD);
  await isConnected(person.page);
  return person;
}

const isConnected = (page: Page): Promise<void> =>
  page.locator("header").getByText("connected", { exact: true }).first().waitFor();

const opens = (page: Page, part: string): Promise<void> => page.locator(`nav a[href="#/${part}"]`).click();

/** The row with these words. */
const row = (page: Page, words: string | RegExp) => page.getByRole("row").filter({ hasText: words });

/** What comes with the next event of this name, in this namespace if it is of one. */
const told = (guest: Socket, event: string, namespace?: string): Promise<unknown[]> =>
  new Promise((resolve) => {
    guest.on(event, (...args: unknown[]) => {
      if (namespace === undefined || args[0] === namespace) resolve(args);
    });
  });

it("lets in who knows the password, and again after a reload", async ({ browser, site, server }) => {
  const person = await comes(browser, site);
  await logsIn(person, server, "wrong");
  await person.page.getByText("Invalid credentials").waitFor();
  await logsIn(person, server, PASSWORD);
  await isConnected(person.page);
  await person.page.waitForFunction(() => localStorage.getItem("session_id"));
  await person.page.reload();
  await isConnected(person.page);
  await expect.poll(() => person.page.getByRole("dialog").count()).toBe(0);
  expect(person.faults).toEqual([]);
});

it("shows the server, its sockets, rooms and events", async ({ browser, site, server, guest }) => {
  const { page, faults } = await admin(browser, site, server);
  const [clients] = await page.locator("tr", { hasText: "WebSocket" }).locator("h2").all();
  await expect.poll(() => clients?.innerText()).toBe("2");
  await expect.poll(() => row(page, "/admin").innerText()).toMatch(/\/admin\s+1/);
  await opens(page, "servers");
  await row(page, /\bHealthy\b/).waitFor();
  await opens(page, "sockets");
  const id = guest.id ?? "";
  await expect.poll(() => row(page, id).innerText()).toContain("WebSocket");
  await opens(page, "events");
  guest.emit("hello", 1);
  await row(page, "Event received").filter({ hasText: "hello" }).waitFor();
  guest.disconnect();
  await row(page, "Disconnection").filter({ hasText: "client namespace disconnect" }).waitFor();
  await opens(page, "sockets");
  await expect.poll(() => row(page, id).count()).toBe(0);
  expect(faults).toEqual([]);
});

it("has a socket join a room, leave it and go", async ({ browser, site, server, guest }) => {
  const { page, faults } = await admin(browser, site, server);
  const watcher = io(`${server.url}/admin`, {
    forceNew: true,
    auth: { username: "ada", password: PASSWORD },
  });
  try {
    await told(watcher, "config");
    await opens(page, "sockets");
    await row(page, guest.id ?? "").click();
    const moved = told(watcher, "room_joined", "/");
    await page.getByLabel("Join a room").fill("red");
    await page.locator("main form button[type=submit]").click();
    expect((await moved).slice(0, 3)).toEqual(["/", "red", guest.id]);
    const heard = told(guest, "hello");
    watcher.emit("emit", "/", "red", "hello", 1);
    expect(await heard).toEqual([1]);
    await opens(page, "events");
    await row(page, "Event sent").filter({ hasText: "hello" }).waitFor();
    await opens(page, "rooms");
    await expect.poll(() => row(page, "red").innerText()).toMatch(/red\s+Public\s+1/i);
    const left = told(watcher, "room_left", "/");
    await row(page, "red").getByRole("button").first().click();
    expect((await left).slice(0, 3)).toEqual(["/", "red", guest.id]);
    // A row's button opens what the row is of, too.
    await row(page, "Status").filter({ hasText: "Deleted" }).waitFor();
    await opens(page, "sockets");
    const gone = told(guest, "disconnect");
    await row(page, guest.id ?? "")
      .getByRole("button")
      .click();
    expect((await gone)[0]).toBe("io server disconnect");
    expect(faults).toEqual([]);
  } finally {
    watcher.disconnect();
  }
});

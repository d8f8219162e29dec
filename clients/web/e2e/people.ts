// A host and players at their browsers: what a person does on the pages, found as a person finds it, by role and words.
// It asserts nothing of a quiz; it notes what no page may ever do.
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";

import { digits } from "../src/state/code.ts";
import { en as text } from "../src/i18n/en.ts";
import { chromiumPath } from "./chromium.js";
import { PACK } from "./pack.ts";
import type { Server } from "./server.ts";

/** How long a page may take for anything. */
const PATIENCE_MS = 20_000;

export function launchBrowser(...more: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      ...more,
    ],
  });
}

export class Person {
  /** Errors of scripts and of the content security policy: there are to be none. */
  readonly faults: string[] = [];
  /** The browser's own words for requests that failed, of which the page speaks in its. */
  readonly failed: string[] = [];
  /** Every address that was asked for. */
  readonly asked: string[] = [];
  /** What went over the page's WebSockets, as text, from it. */
  readonly sent: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      (isNetwork(message.text()) ? this.failed : this.faults).push(message.text());
    });
    page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => this.sent.push(payload.toString()));
    });
    page.on("request", (request) => this.asked.push(request.url()));
  }

  static async at(browser: Browser, phone: boolean): Promise<Person> {
    const viewport = phone ? { width: 390, height: 844 } : { width: 1280, height: 800 };
    return Person.in(await browser.newContext({ viewport, reducedMotion: "reduce" }));
  }

  /** Somebody at a browser that was made ready for them. */
  static async in(context: BrowserContext): Promise<Person> {
    return new Person(context, await context.newPage());
  }

  /** Another tab of the same browser, as "duplicate tab" makes it: it begins with what this tab has kept. */
  async duplicate(): Promise<Person> {
    const kept = await this.page.evaluate(() => Object.entries(sessionStorage));
    const page = await this.context.newPage();
    await page.addInitScript((entries) => {
      for (const [name, value] of entries) sessionStorage.setItem(name, value);
    }, kept);
    const other = new Person(this.context, page);
    await page.goto(this.page.url());
    return other;
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  press(name: string): Promise<void> {
    return this.button(name).click();
  }

  /** Words that are there to be seen: others may stand unseen to keep a place. */
  sees(words: string): Promise<void> {
    return this.page.getByText(words).filter({ visible: true }).first().waitFor();
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  seesHeading(name: string): Promise<void> {
    return this.heading(name).waitFor();
  }

  /** The standings on the page, row by row, each as its cells. */
  async standings(): Promise<string[][]> {
    const rows = await this.page.locator("tbody tr").all();
    return Promise.all(rows.map((row) => row.locator("td, th bdi").allInnerTexts()));
  }
}

const isNetwork = (message: string): boolean =>
  /net::ERR_|Failed to load resource|WebSocket connection/.test(message);

/** A host with a room open: they came by the link that the server prints. */
export async function hostOpens(browser: Browser, server: Server): Promise<Person> {
  const host = await Person.at(browser, false);
  await opens(host, server, PACK.title);
  return host;
}

/** Opens a room with the quiz of this title, which goes on by itself if that is wanted, and gives its code. */
export async function opens(
  host: Person,
  server: Server,
  title: string,
  { byItself = false } = {},
): Promise<string> {
  await host.page.goto(`${server.url}/host#key=${server.key}`);
  await host.page.getByRole("radio", { name: new RegExp(title) }).check();
  if (byItself) await host.page.getByRole("checkbox").check();
  await host.press(text.host.open);
  return shownCode(host);
}

/** The code in the host's lobby. */
export async function shownCode(host: Person): Promise<string> {
  const shown = host.page.locator(".code");
  await shown.waitFor();
  return digits(await shown.innerText());
}

/** Fills the form in and sends it; whether it leads to a seat is for the test to look at. */
export async function fillJoin(person: Person, code: string | undefined, name: string): Promise<void> {
  if (code !== undefined) await person.page.getByLabel(text.join.code).fill(code);
  await person.page.getByLabel(text.join.name).fill(name);
  await person.press(text.join.submit);
}

/** A player in the lobby, who came by the link of the QR code. */
export async function joins(browser: Browser, server: Server, code: string, name: string): Promise<Person> {
  const person = await Person.at(browser, true);
  await person.page.goto(`${server.url}/join/${code}`);
  await fillJoin(person, undefined, name);
  await person.seesHeading(text.lobby.youAreIn);
  return person;
}

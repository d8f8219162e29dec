// Runs an example of `examples/` for a test, and looks over its page as two people at two browsers do.
// What the examples are about, their tests know.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Browser, Locator, WebSocketRoute } from "playwright-core";
import { expect } from "vitest";

import { wrongs } from "../../gallery/structure.ts";
import { violations } from "../axe.ts";
import { it as hall } from "../hall.ts";
import { Person } from "../people.ts";
import { type Program, run } from "../server.ts";

const BUILT = fileURLToPath(new URL("../../../../target/debug/examples/", import.meta.url));

/** An example that runs, and those who look at its page. */
export class Example {
  private constructor(
    readonly path: string,
    readonly browser: Browser,
    private running: Program,
  ) {}

  static async start(path: string, browser: Browser): Promise<Example> {
    return new Example(path, browser, await run(path, []));
  }

  get url(): string {
    return this.running.addr;
  }

  guest(width = 1280): Promise<Guest> {
    return Guest.at(this.browser, this.url, width);
  }

  /** Ends it and, once these have seen that, runs it again where it was. It remembers nothing. */
  async restart(...guests: Guest[]): Promise<void> {
    const { port } = new URL(this.url);
    await this.stop();
    await Promise.all(guests.map((guest) => guest.page.getByText("Trying again…").waitFor()));
    this.running = await run(this.path, [port]);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}

/** In the hall, beside an example, which runs for a file's tests. */
export function beside(name: string) {
  return hall.extend("example", { scope: "file" }, async ({ browser }, { onCleanup }) => {
    const example = await Example.start(program(name), browser);
    onCleanup(() => example.stop());
    return example;
  });
}

function program(name: string): string {
  const path = BUILT + name;
  if (!existsSync(path)) throw new Error(`${path} is not built: cargo build --examples`);
  return path;
}

/** Somebody at a browser, whose connection can be cut. */
export class Guest {
  readonly #sockets: WebSocketRoute[] = [];

  private constructor(readonly person: Person) {}

  static async at(browser: Browser, url: string, width: number): Promise<Guest> {
    const viewport = { width, height: width < 600 ? 640 : 800 };
    const person = await Person.in(await browser.newContext({ viewport, reducedMotion: "reduce" }));
    const guest = new Guest(person);
    await guest.page.routeWebSocket(/\/socket\.io\//, (near) => {
      near.connectToServer();
      guest.#sockets.push(near);
    });
    await guest.page.goto(url);
    return guest;
  }

  get page(): Person["page"] {
    return this.person.page;
  }

  get status(): Locator {
    return this.page.locator("#status");
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  press(name: string): Promise<void> {
    return this.person.press(name);
  }

  /** Without a network until `meanwhile` is done, and back when the page says these words. */
  async cut(back: string, meanwhile: () => Promise<void>): Promise<void> {
    await this.page.context().setOffline(true);
    await Promise.all(this.#sockets.splice(0).map((socket) => socket.close()));
    await this.page.getByText("Trying again…").waitFor();
    await meanwhile();
    await this.page.context().setOffline(false);
    await this.page.getByText(back, { exact: true }).waitFor();
  }

  /** Asks the server as no page of it does, and gives the answer. */
  ask(...event: unknown[]): Promise<unknown> {
    return this.page.evaluate(async (event) => {
      interface Socket {
        emitWithAck(...event: unknown[]): Promise<unknown>;
        disconnect(): void;
      }
      const { io } = window as unknown as { io(options: object): Socket };
      const socket = io({ forceNew: true });
      const answer = await socket.emitWithAck(...event);
      socket.disconnect();
      return answer;
    }, event);
  }
}

/** Nothing on the page is cut, overlaps or leaves a phone's screen or a desktop's, and axe finds no fault by day and by night. */
export async function looksRight({ page }: Guest): Promise<void> {
  const before = page.viewportSize();
  const found: Record<string, string[]> = {};
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 720 });
    found[width] = await page.evaluate(wrongs);
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    found[colorScheme] = await violations(page);
  }
  if (before) await page.setViewportSize(before);
  expect(found).toEqual({ 320: [], 1280: [], light: [], dark: [] });
}

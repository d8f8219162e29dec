// Networks as people have them, in a real browser against the real binary: one without WebSockets, and one that dies
// without a word. A network that is seen to go and to come back is part of the whole quiz.
import type { Browser, Page, WebSocketRoute } from "playwright-core";
import { expect } from "vitest";

import { en as text } from "../src/i18n/en.ts";
import { it } from "./hall.ts";
import { PACK } from "./pack.ts";
import { fillJoin, Person } from "./people.ts";
import type { Server } from "./server.ts";

const [FIRST] = PACK.questions;
const SOCKETS = /\/socket\.io\//;

async function joinsOver(
  browser: Browser,
  server: Server,
  code: string,
  prepare: (page: Page) => Promise<unknown>,
): Promise<Person> {
  const ada = await Person.at(browser, true);
  await prepare(ada.page);
  await ada.page.goto(`${server.url}/join/${code}`);
  await fillJoin(ada, undefined, "Ada");
  await ada.seesHeading(text.lobby.youAreIn);
  return ada;
}

it("plays over long-polling where WebSockets are refused", async ({ browser, server, host, code }) => {
  const ada = await joinsOver(browser, server, code, (page) =>
    page.addInitScript(() => {
      window.WebSocket = class {
        onerror?: () => void;
        constructor() {
          setTimeout(() => this.onerror?.());
        }
        close(): void {
          // There is nothing to close.
        }
      } as unknown as typeof WebSocket;
    }),
  );
  await host.press(text.host.start);
  await ada.seesHeading(FIRST.text);
  await ada.press("Saturn");
  await ada.seesHeading(text.reveal.right);
  expect(ada.sent).toEqual([]);
  expect(ada.asked.filter((url) => url.includes("transport=polling")).length).toBeGreaterThan(3);
  expect(ada.faults).toEqual([]);
});

it("gets an answer through when the connection has died without a word", async ({
  browser,
  server,
  host,
  code,
}) => {
  const died = new Set<WebSocketRoute>();
  const alive: WebSocketRoute[] = [];
  const ada = await joinsOver(browser, server, code, (page) =>
    page.routeWebSocket(SOCKETS, (near) => {
      const far = near.connectToServer();
      alive.push(near);
      near.onMessage((message) => {
        if (!died.has(near)) far.send(message);
      });
      far.onMessage((message) => {
        if (!died.has(near)) near.send(message);
      });
    }),
  );
  await host.press(text.host.start);
  await ada.seesHeading(FIRST.text);
  for (const socket of alive) died.add(socket);
  await ada.press("Saturn");
  await ada.sees(text.answer.sending);
  await ada.page.getByRole("heading", { name: text.reveal.right }).waitFor({ timeout: 30_000 });
  expect(alive.length).toBeGreaterThan(1);
});

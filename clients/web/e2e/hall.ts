// Where the tests of a file happen: the real binary, a browser, the gallery, and a host with a room open. Each is there for a test
// that asks for it by name, and ended after the file or the test, whatever else went wrong. It asserts nothing.
import { test } from "vitest";

import { serveGallery } from "../gallery/serve.js";
import { PACK } from "./pack.ts";
import { hostOpens, launchBrowser, shownCode } from "./people.ts";
import { startServer } from "./server.ts";

export const it = test
  /** What the server has to play. */
  .extend("pack", { scope: "file" }, (): object => PACK)
  .extend("server", { scope: "file" }, async ({ pack }, { onCleanup }) => {
    const server = await startServer(pack);
    onCleanup(() => server.stop());
    return server;
  })
  .extend("browser", { scope: "file" }, async ({}, { onCleanup }) => {
    const browser = await launchBrowser();
    onCleanup(() => browser.close());
    return browser;
  })
  .extend("gallery", { scope: "file" }, async ({}, { onCleanup }) => {
    const gallery = await serveGallery();
    onCleanup(() => gallery.stop());
    return gallery;
  })
  /** Who came for a test goes with it. */
  .extend("everybodyLeaves", { auto: true }, ({ browser }, { onCleanup }) => {
    onCleanup(async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    });
  })
  /** With a room open, of this code. */
  .extend("host", ({ browser, server }) => hostOpens(browser, server))
  .extend("code", ({ host }) => shownCode(host));

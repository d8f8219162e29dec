// Serves the gallery on a port of the system's choosing, to pictures and tests.
// It opens no browser.
import { fileURLToPath } from "node:url";

import { createServer } from "vite";

/**
 * The gallery's address, and how to stop serving it.
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function serveGallery() {
  const server = await createServer({
    configFile: fileURLToPath(new URL("vite.config.ts", import.meta.url)),
    server: { port: 0, host: "127.0.0.1" },
    logLevel: "error",
  });
  await server.listen();
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("the gallery has no address");
  return { url, stop: () => server.close() };
}

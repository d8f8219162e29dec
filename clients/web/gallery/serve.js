// Builds the gallery and serves it on a port of the system's choosing, to pictures and tests: built, a scene is there in no time,
// and what is edited meanwhile changes none. It opens no browser.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build, preview } from "vite";

/**
 * The gallery's address, and how to stop serving it.
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function serveGallery() {
  const configFile = fileURLToPath(new URL("vite.config.ts", import.meta.url));
  const outDir = await mkdtemp(join(tmpdir(), "parlor-gallery-"));
  const options = { outDir, emptyOutDir: true, minify: false, target: "es2022", reportCompressedSize: false };
  await build({ configFile, build: options, logLevel: "error" });
  const server = await preview({
    configFile,
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
    logLevel: "error",
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("the gallery has no address");
  const stop = async () => {
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  };
  return { url, stop };
}

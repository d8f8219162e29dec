// Copies the stock Socket.IO client bundles, as published, to dist-client/ for the server to serve at /socket.io/.
// It never builds or changes them: what a page loads from us is what the npm package holds.
import { access, copyFile, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BUNDLES = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];

const from = join(dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json")), "dist");
const to = fileURLToPath(new URL("../dist-client", import.meta.url));

/** @param {string} file */
const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

await rm(to, { recursive: true, force: true });
await mkdir(to, { recursive: true });
for (const bundle of BUNDLES) {
  await copyFile(join(from, bundle), join(to, bundle));
  const map = `${bundle}.map`;
  if (await exists(join(from, map))) await copyFile(join(from, map), join(to, map));
}
console.log(`${BUNDLES.length} client bundles in ${to}`);

// Copies the stock Socket.IO client bundles, as published, to dist-client/ for the server to serve at /socket.io/,
// each with its compressed forms beside it.
// It never builds or changes them: what a page loads from us is what the npm package holds.
import { access, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const BUNDLES = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];

const from = join(dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json")), "dist");
const to = fileURLToPath(new URL("../dist-client", import.meta.url));

/** @param {string} file */
const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

/** @param {string} file */
async function bring(file) {
  await copyFile(join(from, file), join(to, file));
  const bytes = await readFile(join(to, file));
  await writeFile(join(to, `${file}.br`), brotliCompressSync(bytes));
  await writeFile(join(to, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}

await rm(to, { recursive: true, force: true });
await mkdir(to, { recursive: true });
for (const bundle of BUNDLES) {
  await bring(bundle);
  const map = `${bundle}.map`;
  if (await exists(join(from, map))) await bring(map);
}
console.log(`${BUNDLES.length} client bundles in ${to}`);

// Writes .br and .gz siblings of every text file of the build, for the server to embed and send as they are.
// It leaves out files that compression doesn't make smaller, and never touches the originals.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import type { Plugin } from "vite";

const TEXT = new Set([".html", ".js", ".css", ".svg", ".json", ".map", ".txt", ".webmanifest"]);

export function isText(file: string): boolean {
  return TEXT.has(extname(file));
}

/** The compressed forms of `bytes` that are smaller than it, by suffix. */
export async function compressed(bytes: Buffer): Promise<Map<".br" | ".gz", Buffer>> {
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
    promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  const smaller = new Map<".br" | ".gz", Buffer>();
  if (br.length < bytes.length) smaller.set(".br", br);
  if (gz.length < bytes.length) smaller.set(".gz", gz);
  return smaller;
}

async function compressFolder(folder: string): Promise<void> {
  for (const found of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!found.isFile() || !isText(found.name)) continue;
    const file = join(found.parentPath, found.name);
    for (const [suffix, bytes] of await compressed(await readFile(file))) {
      await writeFile(file + suffix, bytes);
    }
  }
}

export function precompress(): Plugin {
  let folder = "dist";
  let writes = true;
  return {
    name: "parlor-precompress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      writes = config.build.write;
    },
    async closeBundle() {
      if (writes) await compressFolder(folder);
    },
  };
}

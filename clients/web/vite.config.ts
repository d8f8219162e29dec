// How the site is built and tested: a few pages, hashed assets, precompressed siblings.
// It knows nothing of the server but where `npm run dev` finds one.
import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { pages } from "./build/pages.ts";
import { precompress } from "./build/precompress.ts";
import { prerender } from "./build/prerender.ts";

const server = process.env["PARLOR_URL"] ?? "http://127.0.0.1:3000";

const CONNECTION = /socket\.io|engine\.io|src\/net\/link\.ts/;

const entry = (page: string): string => fileURLToPath(new URL(page, import.meta.url));

export default defineConfig({
  plugins: [svelte(), pages(), prerender(), precompress()],
  build: {
    target: "es2022",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        play: entry("index.html"),
        host: entry("host.html"),
        remote: entry("remote.html"),
        watch: entry("watch.html"),
        games: entry("games.html"),
        arena: entry("arena.html"),
      },
      // A file that most pages need, rather than a dozen small ones: browsers ask for six at a time, and each asking costs a
      // phone far away as much as many bytes.
      // Of these, the connection is not: the player's form is there without it.
      output: {
        codeSplitting: {
          groups: [
            { name: "base", minShareCount: 4, test: (id) => !CONNECTION.test(id) },
            { name: "connection", minShareCount: 2, test: CONNECTION },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/socket.io": { target: server, ws: true },
      "/api": server,
      "/packs": server,
    },
  },
  test: {
    include: ["src/**/*.test.ts", "build/**/*.test.ts", "gallery/**/*.test.ts"],
    environment: "node",
  },
});

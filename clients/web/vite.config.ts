// How the site is built and tested: a few pages, hashed assets, precompressed siblings.
// It knows nothing of the server but where `npm run dev` finds one.
import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { pages } from "./build/pages.ts";
import { precompress } from "./build/precompress.ts";

const server = process.env["PARLOR_URL"] ?? "http://127.0.0.1:3000";

const entry = (page: string): string => fileURLToPath(new URL(page, import.meta.url));

export default defineConfig({
  plugins: [svelte(), pages(), precompress()],
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
    include: ["src/**/*.test.ts", "build/**/*.test.ts"],
    environment: "node",
  },
});

// Serves the gallery: every screen of the site in every state, without a server behind it.
// It is for looking, never part of a build.
import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: folder("."),
  cacheDir: folder("../node_modules/.vite-gallery"),
  publicDir: folder("../public"),
  plugins: [svelte({ configFile: folder("../svelte.config.js") })],
});

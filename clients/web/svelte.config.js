// How Svelte compiles this site: runes everywhere, TypeScript in components.
// It holds no build steps; those are in vite.config.ts.
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
};

// What eslint asks of the site's code: the recommended sets, typed, for TypeScript and Svelte.
// It says nothing of layout; prettier does.
import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist", "dist-client", "node_modules"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": ["error", { allow: ["warn", "error"] }],
      eqeqeq: "error",
      // The parts that may touch the network and the screen are named; the rules of the view stay pure.
      "no-restricted-imports": [
        "error",
        { paths: [{ name: "socket.io-client", message: "Only src/net/ knows the socket." }] },
      ],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
  },
  {
    files: [
      "src/net/link.ts",
      "src/net/lobby.ts",
      "build/frames.js",
      "e2e/arena.e2e.ts",
      "e2e/admin.e2e.ts",
      "e2e/still.e2e.ts",
    ],
    rules: { "no-restricted-imports": "off" },
  },
  { files: ["build/**", "e2e/**", "gallery/**"], rules: { "no-console": "off" } },
  // Vitest reads in a fixture's first pattern which others it needs: here, none.
  {
    files: ["e2e/hall.ts", "e2e/admin.e2e.ts"],
    rules: { "no-empty-pattern": ["error", { allowObjectPatternsAsParameters: true }] },
  },
);

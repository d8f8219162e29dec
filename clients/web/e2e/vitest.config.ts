// How the end-to-end tests run: one file after another, each test bounded in time.
// What they need - the built binary, a Chromium - is said in e2e/server.ts and e2e/people.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["e2e/**/*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 150_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    reporters: ["verbose"],
  },
});

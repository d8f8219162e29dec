// Runs a TypeScript file of the site's tools, which not every Node does by itself: `node build/run.js FILE`.
// It knows nothing of what it runs.
import { resolve } from "node:path";

import { runnerImport } from "vite";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("name a file to run");
await runnerImport(resolve(file));

// Finds a Chromium to look at pages with: `PARLOR_CHROMIUM`, else one by its usual names on the path.
// It downloads none.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** @returns {string} */
export function chromiumPath() {
  const given = process.env["PARLOR_CHROMIUM"];
  if (given) return given;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
  if (found === undefined)
    throw new Error(
      `no Chromium: install one, or name it in PARLOR_CHROMIUM (looked for ${NAMES.join(", ")})`,
    );
  return found;
}

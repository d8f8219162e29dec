// Sounds for pages that are only looked at: off, and not to be heard when they are turned on.
// They keep nothing.
import { Sounds } from "../src/sounds/sounds.svelte.ts";

export const SILENT = new Sounds({
  keep: { read: () => undefined, write: () => undefined, forget: () => undefined },
  speaker: { wake: () => undefined, play: () => undefined },
  byDefault: false,
});

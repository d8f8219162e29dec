import { afterEach, expect, it } from "vitest";

import { gamesText } from "./games.svelte.ts";
import { speak } from "./text.svelte.ts";

afterEach(() => speak("en"));

it("speaks the language of the page", async () => {
  expect(gamesText.list.title).toBe("Games");
  await speak("de");
  expect(gamesText.list.title).toBe("Spiele");
});

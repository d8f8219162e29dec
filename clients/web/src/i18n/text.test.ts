import { afterEach, expect, it } from "vitest";

import { languageFor } from "./tags.ts";
import { speak, spoken, text } from "./text.svelte.ts";

afterEach(() => speak("en"));

it("says everything in the language that was asked for last", async () => {
  expect(text.close).toBe("Close");
  expect(await speak("de")).toBe(true);
  expect([spoken(), text.close, text.number(1000)]).toEqual(["de", "Schließen", "1.000"]);
});

it("ends with the last choice, whichever words come first", async () => {
  await Promise.all([speak("de"), speak("en")]);
  expect([spoken(), text.close]).toEqual(["en", "Close"]);
});

it("finds the first wish it can meet, in any country's form", () => {
  expect(languageFor(["fr-CH", "de-AT", "en"])).toBe("de");
  expect(languageFor(["DE"])).toBe("de");
  expect(languageFor(["en-GB", "de"])).toBe("en");
});

it("falls back to English, and takes no inherited name for a language", () => {
  expect(languageFor([])).toBe("en");
  expect(languageFor(["toString", "xx"])).toBe("en");
});

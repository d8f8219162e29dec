import { afterEach, expect, it } from "vitest";

import { speak, spoken } from "../i18n/text.svelte.ts";
import type { Keep } from "./keep.ts";
import { pick, speakOwn } from "./language.ts";

afterEach(() => speak("en"));

function keeping(kept?: string): Keep<string> & { kept: string | undefined } {
  return {
    kept,
    read() {
      return this.kept;
    },
    write(value) {
      this.kept = value;
    },
    forget() {
      this.kept = undefined;
    },
  };
}

it("speaks what the browser asks for until another language is picked, and that from then on", async () => {
  const keep = keeping();
  await speakOwn(keep, ["de-CH", "en"]);
  expect(spoken()).toBe("de");
  expect(keep.kept).toBeUndefined();
  expect(await pick("en", keep)).toBe(true);
  await speakOwn(keep, ["de-CH", "en"]);
  expect(spoken()).toBe("en");
});

it("takes a kept language that is not spoken here for none", async () => {
  await speakOwn(keeping("tlh"), ["de"]);
  expect(spoken()).toBe("de");
});

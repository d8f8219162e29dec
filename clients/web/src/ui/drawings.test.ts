import { describe, expect, it } from "vitest";

import { LANGUAGES } from "../i18n/languages.ts";
import { PART_NAMES, PARTS } from "../state/avatar.ts";
import { BODIES, EXTRAS, EYES, MOUTHS } from "./drawings.ts";

const DRAWN = { body: BODIES, eyes: EYES, mouth: MOUTHS, extra: EXTRAS } as const;

describe.each(Object.entries(DRAWN))("%s", (part, drawings) => {
  it("has a drawing for each, and no two alike", () => {
    expect(drawings.length).toBe(PARTS[part as keyof typeof DRAWN]);
    expect(new Set(drawings.map((drawing) => JSON.stringify(drawing))).size).toBe(drawings.length);
  });

  it("is made of well-formed paths", () => {
    const paths = drawings.flatMap((drawing) =>
      typeof drawing === "string" ? drawing : Object.values(drawing),
    );
    for (const path of paths) expect(path).toMatch(/^M[-\d. MLHVCQTAZmlhvcqtaz]+$/);
  });
});

it.each(Object.entries(LANGUAGES))(
  "has a word for every part in %s, and no two alike",
  async (_, { load }) => {
    const { avatar } = await load();
    for (const part of PART_NAMES) {
      expect(avatar.of[part].length, part).toBe(PARTS[part]);
      expect(new Set(avatar.of[part]).size, part).toBe(PARTS[part]);
    }
  },
);

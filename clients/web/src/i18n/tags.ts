// The languages that there are, by tag, and which of them suits whom.
// It loads no words, so that what runs before all else can ask it too; src/i18n/languages.ts does.

const TAGS = ["en", "de"] as const;

export type Language = (typeof TAGS)[number];

export const isLanguage = (tag: unknown): tag is Language => TAGS.some((each) => each === tag);

/** The first language of these that is spoken here, in whatever country's form: "de-AT" is German. Else English. */
export function languageFor(wishes: readonly string[]): Language {
  const spoken = wishes.map((tag) => tag.toLowerCase().split("-", 1)[0]);
  return spoken.find(isLanguage) ?? "en";
}

/** The language of a device: what was picked on it, else what its browser asks for. */
export const languageOf = (kept: string | undefined, wishes: readonly string[]): Language =>
  isLanguage(kept) ? kept : languageFor(wishes);

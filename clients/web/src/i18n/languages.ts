// The languages the site speaks, and which of them suits whom.
// It holds no words but English's, and keeps nothing: the others are fetched when they are spoken.
import { en } from "./en.ts";

/** A catalogue's shape: English's, with any words in it. A function may be given no more than English's is. */
export type Shape<T> = T extends string
  ? string
  : T extends (...given: infer G) => string
    ? (...given: G) => string
    : { readonly [K in keyof T]: Shape<T[K]> };

export type Messages = Shape<typeof en>;

interface Spoken {
  /** Its own name for itself. */
  readonly name: string;
  readonly dir: "ltr" | "rtl";
  readonly load: () => Promise<Messages>;
}

export const LANGUAGES = {
  en: { name: "English", dir: "ltr", load: () => Promise.resolve(en) },
  de: { name: "Deutsch", dir: "ltr", load: () => import("./de.ts").then(({ de }) => de) },
} as const satisfies Readonly<Record<string, Spoken>>;

export type Language = keyof typeof LANGUAGES;

export const isLanguage = (tag: unknown): tag is Language =>
  typeof tag === "string" && Object.hasOwn(LANGUAGES, tag);

/** The first language of these that is spoken here, in whatever country's form: "de-AT" is German. Else English. */
export function languageFor(wishes: readonly string[]): Language {
  const spoken = wishes.map((tag) => tag.toLowerCase().split("-", 1)[0]);
  return spoken.find(isLanguage) ?? "en";
}

// The languages the site speaks: what each is called, and where its words are.
// It holds no words but English's, and keeps nothing: the others are fetched when they are spoken.
import { en } from "./en.ts";
import type { Language } from "./tags.ts";

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
} as const satisfies Readonly<Record<Language, Spoken>>;

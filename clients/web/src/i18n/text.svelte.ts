// The words as they are spoken: the active catalogue, whatever language it is in.
// It does not choose the language, nor keep the choice; src/session/language.ts does.
import { en } from "./en.ts";
import { LANGUAGES, type Messages } from "./languages.ts";
import type { Language } from "./tags.ts";

let active = $state.raw<{ readonly language: Language; readonly words: Messages }>({
  language: "en",
  words: en,
});
let wanted: Language = "en";

/**
 * All words of the site. Its members are those of the active catalogue: what a component shows of it changes with the
 * language, so read it where it is shown rather than once and for all at the head of a module.
 */
export const text: Messages = new Proxy<Messages>(en, {
  get: (_, member) => Reflect.get(active.words, member) as unknown,
});

/** The language of the active catalogue. */
export const spoken = (): Language => active.language;

/** Speaks a language from now on, and tells the page of it. False if its words could not be had. */
export async function speak(language: Language): Promise<boolean> {
  wanted = language;
  try {
    const words = await LANGUAGES[language].load();
    // Another choice may have been made while these were on their way.
    if (wanted === language) become(language, words);
    return true;
  } catch {
    if (wanted === language) wanted = active.language;
    return false;
  }
}

function become(language: Language, words: Messages): void {
  active = { language, words };
  if (typeof document === "undefined") return;
  document.documentElement.lang = language;
  document.documentElement.dir = LANGUAGES[language].dir;
}

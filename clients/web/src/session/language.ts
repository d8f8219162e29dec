// Which language is spoken on this device: what was last picked here, else what its browser asks for, else English.
// It knows no words.
import { type Language, languageOf } from "../i18n/tags.ts";
import { speak } from "../i18n/text.svelte.ts";
import { type Keep, keepLanguage } from "./keep.ts";

/** Nothing but the language, and only once one was picked. */
const COOKIE = "parlor.language";

/** Speaks the device's language; English where its words can't be had. */
export async function speakOwn(
  keep: Keep<string> = keepLanguage(),
  wishes: readonly string[] = navigator.languages,
): Promise<void> {
  await speak(languageOf(keep.read(), wishes));
}

/** Speaks another language, and keeps to it. False if its words could not be had. */
export async function pick(language: Language, keep: Keep<string> = keepLanguage()): Promise<boolean> {
  const had = await speak(language);
  if (!had) return false;
  keep.write(language);
  // For the server too, so that the next document is in it at once.
  if (typeof document !== "undefined")
    document.cookie = `${COOKIE}=${language}; path=/; max-age=31536000; samesite=lax`;
  return true;
}

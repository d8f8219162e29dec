// Which language is spoken on this device: what was last picked here, else what its browser asks for, else English.
// It knows no words.
import { type Language, languageOf } from "../i18n/tags.ts";
import { speak } from "../i18n/text.svelte.ts";
import { type Keep, keepLanguage } from "./keep.ts";

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
  if (had) keep.write(language);
  return had;
}

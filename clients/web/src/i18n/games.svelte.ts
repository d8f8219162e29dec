// The words of the pages of games, in the language that is spoken.
// It does not choose the language.
import { gamesDe } from "./games.de.ts";
import { gamesEn } from "./games.en.ts";
import type { Shape } from "./languages.ts";
import type { Language } from "./tags.ts";
import { spoken } from "./text.svelte.ts";

export type GamesMessages = Shape<typeof gamesEn>;

/** So few words that all languages' come at once. */
export const GAMES_WORDS: Readonly<Record<Language, GamesMessages>> = { en: gamesEn, de: gamesDe };

/** As with `text`: read it where it is shown. */
export const gamesText: GamesMessages = new Proxy<GamesMessages>(gamesEn, {
  get: (_, member) => Reflect.get(GAMES_WORDS[spoken()], member) as unknown,
});

// That the games' words are said in every language, and follow the one that is spoken.
// How well they are said is for readers.
import { afterEach, expect, it } from "vitest";

import { GAMES_WORDS, gamesText } from "./games.svelte.ts";
import { speak } from "./text.svelte.ts";

function messages(words: object, path = ""): [string, unknown][] {
  return Object.entries(words).flatMap(([name, said]: [string, unknown]): [string, unknown][] =>
    typeof said === "object" && said !== null
      ? messages(said, `${path}${name}.`)
      : [[`${path}${name}`, said]],
  );
}

const said = (message: unknown): unknown =>
  typeof message === "function"
    ? (message as (...given: unknown[]) => unknown)(...Array<string>(message.length).fill("2"))
    : message;

afterEach(() => speak("en"));

it.each(Object.entries(GAMES_WORDS))("%s says all that English says", (_, words) => {
  const paths = (of: object): string[] =>
    messages(of)
      .map(([path]) => path)
      .toSorted();
  expect(paths(words)).toEqual(paths(GAMES_WORDS.en));
  const empty = messages(words).filter(([, message]) => {
    const spoken = said(message);
    return typeof spoken !== "string" || spoken.trim() === "" || /undefined|NaN|\[object/.test(spoken);
  });
  expect(empty).toEqual([]);
});

it("speaks the language of the page", async () => {
  expect(gamesText.list.title).toBe("Games");
  await speak("de");
  expect(gamesText.list.title).toBe("Spiele");
});

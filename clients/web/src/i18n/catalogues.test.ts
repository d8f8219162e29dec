// That every catalogue says what English's says, and that the server's own words of refusal and of closing are in each.
// How well it is said is for readers.
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { en } from "./en.ts";
import { GAMES_WORDS } from "./games.svelte.ts";
import { LANGUAGES } from "./languages.ts";
import { isLanguage } from "./tags.ts";

const EVENTS = readFileSync(new URL("../../../../docs/events.md", import.meta.url), "utf8");

/** The codes in the table under this heading. */
function refusalCodes(): string[] {
  const section = EVENTS.split("\n## Refusals\n")[1]?.split("\n#")[0] ?? "";
  return Array.from(section.matchAll(/^\| `(\w+)` \|/gm), ([, code = ""]) => code);
}

function closeReasons(): string[] {
  const sentence = /The reasons of `closed`:([^]*?)\n\n/.exec(EVENTS)?.[1] ?? "";
  return Array.from(sentence.matchAll(/`(\w+)`/g), ([, reason = ""]) => reason);
}

type Member = readonly [path: string, said: unknown];

/** Every message of a catalogue, with its path. */
function messages(catalogue: object, path = ""): Member[] {
  return Object.entries(catalogue).flatMap(([name, said]: [string, unknown]): Member[] =>
    typeof said === "object" && said !== null
      ? messages(said, `${path}${name}.`)
      : [[`${path}${name}`, said]],
  );
}

/** Every catalogue by its name, what English has in its place, and how to have it: the site's, and the games' pages'. */
const CATALOGUES: readonly (readonly [name: string, english: object, load: () => Promise<object>])[] =
  Object.keys(LANGUAGES)
    .filter(isLanguage)
    .flatMap((language) => [
      [`the site in ${language}`, en, LANGUAGES[language].load],
      [`the games in ${language}`, GAMES_WORDS.en, () => Promise.resolve(GAMES_WORDS[language])],
    ]);

/** What a function says of twos; lists and names take what else they are given as words. */
const said = (message: unknown): unknown =>
  typeof message === "function" ? (message as (...given: unknown[]) => unknown)(...given(message)) : message;

const given = (message: { readonly length: number; readonly name: string }): unknown[] =>
  message.name === "list" ? [["Ada", "Bo"]] : Array<string>(message.length).fill("2");

it("knows what the server documents", () => {
  expect(refusalCodes().length).toBeGreaterThan(40);
  expect(closeReasons()).toContain("kicked");
});

describe.each(CATALOGUES)("%s", (_, english, load) => {
  it("has exactly English's messages", async () => {
    const paths = async (catalogue: Promise<object>): Promise<string[]> =>
      messages(await catalogue)
        .map(([path]) => path)
        .toSorted();
    expect(await paths(load())).toEqual(await paths(Promise.resolve(english)));
  });

  it("says something everywhere", async () => {
    const empty = messages(await load()).filter(([, message]) => {
      const words = said(message);
      return typeof words !== "string" || words.trim() === "" || /undefined|NaN|\[object/.test(words);
    });
    expect(empty).toEqual([]);
  });

  it("is told as much as English is", async () => {
    const arity = (message: unknown): number => (typeof message === "function" ? message.length : -1);
    const own = new Map(messages(await load()));
    const told = messages(english).filter(([path, message]) => arity(own.get(path)) !== arity(message));
    expect(told).toEqual([]);
  });
});

it.each(Object.entries(LANGUAGES))(
  "has words in %s for every refusal and every end that the server documents",
  async (_, { load }) => {
    const { refusals, closed, host } = await load();
    expect(Object.keys(refusals)).toEqual(expect.arrayContaining(refusalCodes()));
    for (const ends of [closed.title, closed.words, host.closed]) {
      expect(Object.keys(ends).toSorted()).toEqual(closeReasons().toSorted());
    }
  },
);

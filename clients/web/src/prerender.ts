// The player's form as HTML, for the document to hold: the page as it is without a seat, a connection or a code.
// It runs where the site is built, and is part of no page.
import { render } from "svelte/server";

import { isLanguage } from "./i18n/tags.ts";
import { LANGUAGES } from "./i18n/languages.ts";
import { speak, text } from "./i18n/text.svelte.ts";
import type { Link } from "./net/link.ts";
import Play from "./screens/play/Play.svelte";
import type { Keep } from "./session/keep.ts";
import { Part } from "./session/part.svelte.ts";
import { Session } from "./session/session.svelte.ts";
import { Sounds } from "./sounds/sounds.svelte.ts";

export interface Prerendered {
  readonly language: string;
  readonly dir: string;
  readonly form: string;
  /** Said where the page's code can't be had. */
  readonly failing: string;
}

const nothing = (): undefined => undefined;
const nowhere: Keep<never> = { read: nothing, write: nothing, forget: nothing };
const unlinked: Link = {
  isUp: () => false,
  open: nothing,
  close: nothing,
  reopen: nothing,
  request: () => Promise.resolve({ ok: false, code: "offline", message: "" }),
  listen: () => nothing,
};

/** The form in each language. */
export async function prerendered(): Promise<Prerendered[]> {
  const all: Prerendered[] = [];
  for (const language of Object.keys(LANGUAGES).filter(isLanguage)) {
    await speak(language);
    const { body } = render(Play, {
      props: {
        session: new Session(unlinked, nowhere),
        sounds: new Sounds({ keep: nowhere, speaker: { wake: nothing, play: nothing }, byDefault: false }),
        seated: new Part(() => Promise.reject(new Error("there are no seats here"))),
        code: "",
      },
    });
    all.push({ language, dir: LANGUAGES[language].dir, form: body, failing: text.link.failing });
  }
  return all;
}

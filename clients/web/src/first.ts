// What the player's page runs before all else, so that the form which its document holds can be used while the page's code
// is on its way: fills it in from the address, shows it, and keeps what is done to it. A plain script, built apart.
// It has no form to show where another screen will come, or another language: then the page waits for its code.
import { languageOf } from "./i18n/tags.ts";
import { keepEarly } from "./session/early.ts";
import { keepLanguage, keepSeat } from "./session/keep.ts";
import { codeIn, isCode, spaced } from "./state/code.ts";

/** How long after the page's code could not be had it is tried again. */
const RETRY_MS = 2_000;

const app = document.getElementById("app");
const code = codeIn(new URL(location.href));
const kept = keepSeat("player").read();
const returns = kept !== undefined && (!isCode(code) || kept.room === code);
const language = languageOf(keepLanguage().read(), navigator.languages);

if (app && !returns && language === document.documentElement.lang) {
  const field = app.querySelector<HTMLInputElement>("#code");
  if (field && code !== "") field.value = spaced(code);
  window.early = keepEarly(app);
  app.classList.remove("unready");
}

// Without its code the page is no good: that is said, and the code tried again.
addEventListener(
  "error",
  ({ target }) => {
    if (!(target instanceof HTMLScriptElement) || target.type !== "module") return;
    document.getElementById("failing")?.removeAttribute("hidden");
    setTimeout(() => {
      const again = document.createElement("script");
      again.type = "module";
      again.crossOrigin = target.crossOrigin;
      again.src = target.src;
      target.replaceWith(again);
    }, RETRY_MS);
  },
  true,
);

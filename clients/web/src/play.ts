// The player's page: puts the player's part of the site on it, onto the form that its document came with if that is in use.
// No behaviour; that is src/session/ and src/state/.
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/choices.css";

import { hydrate, mount } from "svelte";

import { text } from "./i18n/text.svelte.ts";
import { lateLink } from "./net/late.ts";
import Play from "./screens/play/Play.svelte";
import { keepSeat, keepSounds } from "./session/keep.ts";
import { speakOwn } from "./session/language.ts";
import { Part } from "./session/part.svelte.ts";
import { Session } from "./session/session.svelte.ts";
import { webBuzz } from "./sounds/buzz.ts";
import { Sounds } from "./sounds/sounds.svelte.ts";
import { webSpeaker } from "./sounds/speaker.ts";
import { codeIn, isCode } from "./state/code.ts";

const keep = keepSeat("player");
const code = codeIn(new URL(location.href));
// A link to another room is wish enough to leave the last one.
if (isCode(code) && keep.read()?.room !== code) keep.forget();

const sounds = new Sounds({
  keep: keepSounds("player"),
  speaker: webSpeaker(),
  buzz: webBuzz,
  byDefault: false,
});

const seated = new Part(() => import("./screens/play/seated.ts"));

const link = lateLink(
  async () => {
    const { socketLink } = await import("./net/link.ts");
    // Not at once, so that the connection has the network for itself; it is there by the time that leads to a seat.
    void seated.fetch();
    return socketLink();
  },
  () => ({ ok: false, code: "offline", message: text.refusals.offline }),
);

await speakOwn();

const target = document.getElementById("app");
if (target) {
  const page = { target, props: { session: new Session(link, keep), sounds, seated, code } };
  const { early } = window;
  if (early) {
    hydrate(Play, page);
    early.again();
  } else {
    target.replaceChildren();
    target.classList.remove("unready");
    mount(Play, page);
  }
  document.getElementById("failing")?.remove();
}

// Shows the scene that the address names: `/?scene=play-question`; without one, the list of all. Any scene can be had in
// another language, and as a script from right to left has it: `/?scene=play-question.de`, `/?scene=play-question.rtl`.
// The scenes themselves are in scenes.ts, more.ts and games.ts. A page that is ready to be looked at says so: `data-ready`.
import "./still.ts";
import "../src/theme/tokens.css";
import "../src/theme/base.css";
import "../src/theme/choices.css";

import { flushSync, mount } from "svelte";

import { isLanguage } from "../src/i18n/tags.ts";
import { speak } from "../src/i18n/text.svelte.ts";
import Host from "../src/screens/host/Host.svelte";
import Play from "../src/screens/play/Play.svelte";
import Remote from "../src/screens/remote/Remote.svelte";
import Watch from "../src/screens/watch/Watch.svelte";
import { wear } from "../src/session/avatar.ts";
import { Part } from "../src/session/part.svelte.ts";
import { wantsStillness } from "../src/ui/motion.ts";
import Avatars from "./Avatars.svelte";
import { GAMES_SCENES, GAMES_TURNED } from "./games.ts";
import { MORE, MORE_TURNED } from "./more.ts";
import { watchMotion } from "./motion.ts";
import { paired, SCENES, TURNED } from "./scenes.ts";
import { SILENT } from "./silent.ts";

/** The site that players are sent to: not where the gallery happens to be served. */
const SITE = "https://quiz.example";

const sounds = SILENT;
const seated = new Part(() => import("../src/screens/play/seated.ts"));
const [name = "", ...ways] = (new URL(location.href).searchParams.get("scene") ?? "").split(".");
for (const way of ways) {
  if (isLanguage(way)) await speak(way);
  if (way === "rtl") document.documentElement.dir = way;
}
// For who wants less to move, it is a fault of the scene.
watchMotion((what) => {
  const say = `moves: ${what}`;
  if (wantsStillness()) console.error(say);
  else console.info(say);
});
// By chance it would be another one in each picture.
wear(45_162);

const AVATARS = "avatars";
const scene = (SCENES[name] ?? MORE[name])?.();
const target = document.getElementById("app");

const site = scene?.site ?? SITE;
if (target && scene?.desk) {
  const { session, desk, pairing = paired() } = scene;
  mount(Host, { target, props: { session, sounds, pairing, desk, site } });
} else if (target && scene?.remote) {
  mount(Remote, { target, props: { session: scene.session, link: scene.link } });
} else if (target && scene?.watches) {
  const { session, code = "" } = scene;
  mount(Watch, { target, props: { session, sounds, code, site } });
} else if (target && scene) {
  if (scene.late === undefined) await seated.fetch();
  seated.failing = scene.late === "failing";
  mount(Play, { target, props: { session: scene.session, sounds, seated, code: scene.code ?? "" } });
} else if (target && GAMES_SCENES[name]) {
  GAMES_SCENES[name](target);
} else if (target && name === AVATARS) {
  mount(Avatars, { target });
} else if (target) {
  for (const each of [
    AVATARS,
    ...Object.keys(SCENES),
    ...Object.keys(MORE),
    ...Object.keys(GAMES_SCENES),
    ...TURNED,
    ...MORE_TURNED,
    ...GAMES_TURNED,
  ]) {
    const link = document.createElement("a");
    link.href = `?scene=${each}`;
    link.textContent = each;
    target.append(link);
  }
}

if (target && scene?.then) {
  flushSync();
  scene.then(target);
}
document.documentElement.dataset["ready"] = "";

// The spectator's page: puts the projector's view of a room on it, without its controls.
// No behaviour; that is src/session/ and src/state/.
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/choices.css";

import { mount } from "svelte";

import { socketLink } from "./net/link.ts";
import Watch from "./screens/watch/Watch.svelte";
import { keepSeat, keepSounds } from "./session/keep.ts";
import { speakOwn } from "./session/language.ts";
import { Session } from "./session/session.svelte.ts";
import { Sounds } from "./sounds/sounds.svelte.ts";
import { webSpeaker } from "./sounds/speaker.ts";
import { codeIn, isCode } from "./state/code.ts";
import { placeIn } from "./state/watching.ts";

const keep = keepSeat("spectator");
const code = codeIn(new URL(location.href));
// A link to another room is wish enough to leave the last one.
if (isCode(code) && keep.read()?.room !== code) keep.forget();

const session = new Session(socketLink(), keep, { rejoin: placeIn });

// As silent as a phone until it is asked to: it may stand beside the screen that is heard already.
const sounds = new Sounds({ keep: keepSounds("spectator"), speaker: webSpeaker(), byDefault: false });

await speakOwn();

const target = document.getElementById("app");
if (target) mount(Watch, { target, props: { session, sounds, code, site: location.origin } });

// The arena's page: puts the arena's part of the site on it.
// No behaviour; that is src/session/ and src/state/arena/.
import "./theme/tokens.css";
import "./theme/base.css";

import { mount } from "svelte";

import type { ArenaBroadcasts, ArenaRequests } from "./arena-wire.ts";
import { socketLink } from "./net/link.ts";
import Arena from "./screens/arena/Arena.svelte";
import { ArenaSession } from "./session/arena.svelte.ts";
import { keepSeat, keepSounds } from "./session/keep.ts";
import { speakOwn } from "./session/language.ts";
import { webBuzz } from "./sounds/buzz.ts";
import { Sounds } from "./sounds/sounds.svelte.ts";
import { webSpeaker } from "./sounds/speaker.ts";
import { digits, isCode } from "./state/code.ts";

const keep = keepSeat("arena");
const given = digits(new URL(location.href).searchParams.get("room") ?? "");
const code = isCode(given) ? given : undefined;
// A link to another room is wish enough to leave the last one.
if (code !== undefined && keep.read()?.room !== code) keep.forget();

const sounds = new Sounds({
  keep: keepSounds("arena"),
  speaker: webSpeaker(),
  buzz: webBuzz,
  // What is held in a hand is in company, and is silent until it is asked to be heard.
  byDefault: !matchMedia("(pointer: coarse)").matches,
});

await speakOwn();

const target = document.getElementById("app");
const link = socketLink<ArenaRequests, ArenaBroadcasts>();
if (target) mount(Arena, { target, props: { session: new ArenaSession(link, keep), sounds, code } });

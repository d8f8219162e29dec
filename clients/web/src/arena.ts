// The arena's page: puts the arena's part of the site on it.
// No behaviour; that is src/session/ and src/state/arena/.
import "./theme/tokens.css";
import "./theme/base.css";

import { mount } from "svelte";

import type { ArenaBroadcasts, ArenaRequests } from "./arena-wire.ts";
import { socketLink } from "./net/link.ts";
import Arena from "./screens/arena/Arena.svelte";
import { ArenaSession } from "./session/arena.svelte.ts";
import { keepSeat } from "./session/keep.ts";
import { speakOwn } from "./session/language.ts";
import { digits, isCode } from "./state/code.ts";

const keep = keepSeat("arena");
const given = digits(new URL(location.href).searchParams.get("room") ?? "");
const code = isCode(given) ? given : undefined;
// A link to another room is wish enough to leave the last one.
if (code !== undefined && keep.read()?.room !== code) keep.forget();

await speakOwn();

const target = document.getElementById("app");
const link = socketLink<ArenaRequests, ArenaBroadcasts>();
if (target) mount(Arena, { target, props: { session: new ArenaSession(link, keep), code } });

// The host's page: puts the host's part of the site on it.
// No behaviour; that is src/session/ and src/state/.
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/choices.css";

import { mount } from "svelte";

import { socketLink } from "./net/link.ts";
import { fetchPack, fetchPacks } from "./net/packs.ts";
import Host from "./screens/host/Host.svelte";
import { Desk } from "./session/desk.svelte.ts";
import { keepHostKey, keepPlayersSite, keepRemoteLink, keepSeat, keepSounds } from "./session/keep.ts";
import { speakOwn } from "./session/language.ts";
import { Pairing } from "./session/pairing.svelte.ts";
import { Session } from "./session/session.svelte.ts";
import { Sounds } from "./sounds/sounds.svelte.ts";
import { webSpeaker } from "./sounds/speaker.ts";
import { hostLinkIn, playersSite } from "./state/hostlink.ts";

const keep = keepHostKey();
const players = keepPlayersSite();
const given = hostLinkIn(location.hash);
if (given !== undefined) {
  keep.write(given.key);
  if (given.players !== undefined) players.write(given.players);
  // Out of the address, the history and the projector's picture.
  history.replaceState(null, "", location.pathname + location.search);
}

const desk = new Desk(keep, fetchPacks, fetchPack);
const session = new Session(socketLink(), keepSeat("host"), {
  rejoin: (room) =>
    desk.key === undefined ? undefined : { room, role: "host", key: desk.key, sync: "delta" },
});

const pairing = new Pairing((say) => session.remote(say), keepRemoteLink("host"));
const sounds = new Sounds({ keep: keepSounds("host"), speaker: webSpeaker(), byDefault: true });

await speakOwn();

const target = document.getElementById("app");
if (target) {
  mount(Host, {
    target,
    props: { session, sounds, pairing, desk, site: playersSite(location, players.read()) },
  });
}

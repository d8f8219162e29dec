// The remote's page: puts the host's controls on a phone.
// No behaviour; that is src/session/ and src/state/.
import "./theme/tokens.css";
import "./theme/base.css";

import { mount } from "svelte";

import { socketLink } from "./net/link.ts";
import Remote from "./screens/remote/Remote.svelte";
import { keepRemoteLink, keepSeat } from "./session/keep.ts";
import { speakOwn } from "./session/language.ts";
import { Session } from "./session/session.svelte.ts";
import { placeAt, remoteLinkIn } from "./state/remotelink.ts";

const keep = keepRemoteLink("remote");
const seat = keepSeat("remote");
const given = remoteLinkIn(location.hash);
if (given !== undefined) {
  // A link that was made anew is wish enough to leave what the last one led to.
  if (keep.read()?.key !== given.key) seat.forget();
  keep.write(given);
  // Out of the address and the history.
  history.replaceState(null, "", location.pathname + location.search);
}

const session = new Session(socketLink(), seat, {
  rejoin: (room) => {
    const link = keep.read();
    return link?.room === room ? placeAt(link) : undefined;
  },
});

await speakOwn();

const target = document.getElementById("app");
if (target) mount(Remote, { target, props: { session, link: keep.read() } });

// The link that makes a phone the remote of a room, `/remote#<room>.<key>`: the key is in the fragment, which no server is sent.
// It keeps nothing and asks for nothing.
import type { Join } from "../wire.ts";
import { isCode } from "./code.ts";

export interface RemoteLink {
  readonly room: string;
  readonly key: string;
}

const KEY = /^[\w-]+$/;

/** What a fragment carries; nothing if it is no such link. */
export function remoteLinkIn(fragment: string): RemoteLink | undefined {
  const [room = "", key = "", ...more] = fragment.replace(/^#/, "").split(".");
  return isCode(room) && KEY.test(key) && more.length === 0 ? { room, key } : undefined;
}

export function remoteLink(site: string, { room, key }: RemoteLink): string {
  return `${site}/remote#${room}.${key}`;
}

/** How a remote asks for its place: beside the host's seat, not in it. */
export const placeAt = ({ room, key }: RemoteLink): Join => ({ room, role: "host", key, sync: "delta" });

// What the host's link carries in its fragment, `/host#key=...&players=...`: never sent to a server as part of an address.
// It keeps nothing; src/session/keep.ts does.
import { isLoopback } from "./code.ts";

export interface HostLink {
  readonly key: string;
  /** Where players reach this server, as the server itself knows it. */
  readonly players?: string;
}

function siteIn(text: string | null): string | undefined {
  try {
    const { protocol, origin } = new URL(text ?? "");
    return /^https?:$/.test(protocol) ? origin : undefined;
  } catch {
    return undefined;
  }
}

/** What a fragment carries; nothing without a key. */
export function hostLinkIn(fragment: string): HostLink | undefined {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const key = fields.get("key")?.trim();
  if (key === undefined || key === "") return undefined;
  const players = siteIn(fields.get("players"));
  return players === undefined ? { key } : { key, players };
}

/**
 * The site that players are sent to: this one, unless only this machine can reach it by the name it was opened by.
 * Then the server knows better; anywhere else a link is not believed.
 */
export function playersSite(here: { hostname: string; origin: string }, told: string | undefined): string {
  return told !== undefined && isLoopback(here.hostname) ? told : here.origin;
}

// The host key as it comes in a link's fragment, `/host#key=...`: never sent to a server as part of an address.
// It keeps nothing; src/session/keep.ts does.

/** The key that a fragment carries, if any. */
export function keyIn(fragment: string): string | undefined {
  const key = new URLSearchParams(fragment.replace(/^#/, "")).get("key")?.trim();
  return key === "" ? undefined : key;
}

// The code of a room as people type it, scan it and read it out.
// Whether such a room exists is the server's to say.

const CODE = /^\d{6}$/;

/** The six digits in what was typed, or as many as there are: "123 456" is 123456. */
export function digits(typed: string): string {
  return typed.replace(/\D/g, "").slice(0, 6);
}

export function isCode(code: string): boolean {
  return CODE.test(code);
}

/** As it is read out and shown: "123 456". */
export function spaced(code: string): string {
  return isCode(code) ? `${code.slice(0, 3)} ${code.slice(3)}` : code;
}

/** The code a page's address carries, from a link or a QR code: `/join/123456`, `/watch/123456` or `/?code=123456`. */
export function codeIn(url: URL): string {
  const fromPath = /^\/(?:join|watch)\/([^/]+)/.exec(url.pathname)?.[1]?.replaceAll("%20", "");
  return digits(fromPath ?? url.searchParams.get("code") ?? "");
}

/** Where players join the room with this code. */
export function joinLink(origin: string, code: string): string {
  return `${origin}/join/${code}`;
}

/** Where the room with this code is watched. */
export function watchPath(code: string): string {
  return `/watch/${code}`;
}

/** Whether an address can be reached from this machine only, so that no phone can open a link to it. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}

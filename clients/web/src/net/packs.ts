// Fetches the list of packs a host may open a room with, and one of them whole.
// It keeps nothing, and knows no more of the host key than that it goes into a header.
import { text } from "../i18n/text.svelte.ts";
import type { Pack, Refused, WholePack } from "../wire.ts";

export type PacksAnswer = { readonly ok: true; readonly packs: readonly Pack[] } | Refused;
export type PackAnswer = { readonly ok: true; readonly pack: WholePack } | Refused;

const refused = (code: Refused["code"], message: string): Refused => ({ ok: false, code, message });

function isPack(pack: unknown): pack is Pack {
  if (typeof pack !== "object" || pack === null) return false;
  const { id, title, questions } = pack as Partial<Pack>;
  return typeof id === "string" && typeof title === "string" && typeof questions === "number";
}

function packsIn(body: unknown): readonly Pack[] | undefined {
  const packs = (body as { packs?: unknown } | null)?.packs;
  return Array.isArray(packs) ? packs.filter(isPack) : undefined;
}

function wholePackIn(body: unknown): WholePack | undefined {
  const { title, questions } = (body ?? {}) as Partial<WholePack>;
  return typeof title === "string" && Array.isArray(questions) ? (body as WholePack) : undefined;
}

/** The packs, or why not: "bad_key", "offline", or the server's own refusal. Never rejects. */
export async function fetchPacks(key: string, get: typeof fetch = fetch): Promise<PacksAnswer> {
  return ask("/api/packs", key, get, (body) => {
    const packs = packsIn(body);
    return packs && { ok: true, packs };
  });
}

/** One pack whole, or why not: as above, and "unknown_pack". Never rejects. */
export async function fetchPack(key: string, id: string, get: typeof fetch = fetch): Promise<PackAnswer> {
  return ask(`/api/packs/${encodeURIComponent(id)}`, key, get, (body) => {
    const pack = wholePackIn(body);
    return pack && { ok: true, pack };
  });
}

async function ask<T>(
  path: string,
  key: string,
  get: typeof fetch,
  read: (body: unknown) => T | undefined,
): Promise<T | Refused> {
  // A header holds visible ASCII; no other key can be right.
  if (!/^[\x21-\x7e]+$/.test(key)) return refused("bad_key", text.refusals.bad_key);
  try {
    const response = await get(path, { headers: { Authorization: `Bearer ${key}` } });
    const body: unknown = await response.json();
    if (response.ok) return read(body) ?? refused("no_answer", text.refusals.no_answer);
    const { code, message } = body as Partial<Refused>;
    return refused(code ?? (response.status === 401 ? "bad_key" : "unknown"), message ?? "");
  } catch {
    return refused("offline", text.refusals.offline);
  }
}

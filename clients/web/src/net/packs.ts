// Fetches the list of packs a host may open a room with.
// It keeps nothing, and knows no more of the host key than that it goes into a header.
import { text } from "../i18n/text.svelte.ts";
import type { Pack, Refused } from "../wire.ts";

export type PacksAnswer = { readonly ok: true; readonly packs: readonly Pack[] } | Refused;

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

/** The packs, or why not: "bad_key", "offline", or the server's own refusal. Never rejects. */
export async function fetchPacks(key: string, get: typeof fetch = fetch): Promise<PacksAnswer> {
  // A header holds visible ASCII; no other key can be right.
  if (!/^[\x21-\x7e]+$/.test(key)) return refused("bad_key", text.refusals.bad_key);
  try {
    const response = await get("/api/packs", { headers: { Authorization: `Bearer ${key}` } });
    const body: unknown = await response.json();
    if (response.ok) {
      const packs = packsIn(body);
      return packs ? { ok: true, packs } : refused("no_answer", text.refusals.no_answer);
    }
    const { code, message } = body as Partial<Refused>;
    return refused(code ?? (response.status === 401 ? "bad_key" : "unknown"), message ?? "");
  } catch {
    return refused("offline", text.refusals.offline);
  }
}

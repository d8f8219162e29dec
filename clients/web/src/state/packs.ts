// Which of the listed packs match what was typed into the search.
// It fetches nothing.
import type { Pack } from "../wire.ts";

const folded = (words: string): string => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The packs in which every word of the search appears: in the title, description, author or language. */
export function matching(packs: readonly Pack[], search: string): readonly Pack[] {
  const words = folded(search).split(/\s+/).filter(Boolean);
  return packs.filter(({ title, description, author, language }) => {
    const all = folded([title, description, author, language].filter(Boolean).join(" "));
    return words.every((word) => all.includes(word));
  });
}

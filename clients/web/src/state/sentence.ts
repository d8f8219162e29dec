// A sentence with names in it, taken apart, so that each name can be shown apart from what stands around it.
// It shows nothing; src/ui/Sentence.svelte does.

/** A part of a sentence: words of the catalogue, or somebody's name. */
export interface Part {
  readonly words: string;
  readonly isName: boolean;
}

/** Characters that stand for nothing, one for each name: no words of a catalogue hold one. */
const STANDIN = 0xe000;

/** What `say` says of these names. */
export function parts(say: (names: readonly string[]) => string, names: readonly string[]): readonly Part[] {
  const standins = names.map((_, at) => String.fromCodePoint(STANDIN + at));
  const found = say(standins).split(/([\uE000-\uF8FF])/u);
  return found
    .map((words) => {
      const at = standins.indexOf(words);
      return { words: names[at] ?? words, isName: at >= 0 };
    })
    .filter(({ words }) => words !== "");
}

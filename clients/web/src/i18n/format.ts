// How a language writes numbers, counted things, places and lists of names: Intl's rules, and words to go with them.
// It holds no words of its own, and knows no language by name.

/** A word in the forms that a language's plural rules tell apart; "other" where one is missing. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

export interface Formats {
  readonly number: (value: number) => string;
  /** A number that was won: with its sign. */
  readonly signed: (value: number) => string;
  /** A number and what it counts: "1 point", "2 points". */
  readonly counted: (count: number, forms: Forms) => string;
  /** A place in an order, with the ending that its number asks for: "1st". */
  readonly ordinal: (place: number, endings: Forms) => string;
  /** Names one after another: "Ada, Bo, and Cy". */
  readonly list: (names: readonly string[]) => string;
}

export function formats(locale: string): Formats {
  const numbers = new Intl.NumberFormat(locale);
  const gains = new Intl.NumberFormat(locale, { signDisplay: "exceptZero" });
  const cardinals = new Intl.PluralRules(locale);
  const ordinals = new Intl.PluralRules(locale, { type: "ordinal" });
  const lists = new Intl.ListFormat(locale);
  const form = (rules: Intl.PluralRules, count: number, forms: Forms): string =>
    forms[rules.select(count)] ?? forms.other;
  const number = (value: number): string => numbers.format(value);
  return {
    number,
    signed: (value) => gains.format(value),
    counted: (count, forms) => `${number(count)} ${form(cardinals, count, forms)}`,
    ordinal: (place, endings) => `${number(place)}${form(ordinals, place, endings)}`,
    list: (names) => lists.format(names),
  };
}

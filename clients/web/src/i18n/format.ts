// How a language writes numbers, counted things, places and lists of names: Intl's rules, and words to go with them.
// It holds no words of its own, and knows no language by name.

/** A word in the forms that a language's plural rules tell apart; "other" where one is missing. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

export interface Formats {
  readonly number: (value: number) => string;
  /** A number that was won: with its sign. */
  readonly signed: (value: number) => string;
  /** A share of all, 0 to 1, in whole hundredths. */
  readonly percent: (share: number) => string;
  /** A number, to a tenth. */
  readonly tenths: (value: number) => string;
  /** What stands between two cells of a table that is saved as text: not what is within numbers. */
  readonly separator: string;
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
  const shares = new Intl.NumberFormat(locale, { style: "percent" });
  const rounded = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const cardinals = new Intl.PluralRules(locale);
  const ordinals = new Intl.PluralRules(locale, { type: "ordinal" });
  const lists = new Intl.ListFormat(locale);
  const form = (rules: Intl.PluralRules, count: number, forms: Forms): string =>
    forms[rules.select(count)] ?? forms.other;
  const number = (value: number): string => numbers.format(value);
  return {
    number,
    signed: (value) => gains.format(value),
    percent: (share) => shares.format(share),
    tenths: (value) => rounded.format(value),
    separator: number(0.5).includes(",") ? ";" : ",",
    counted: (count, forms) => `${number(count)} ${form(cardinals, count, forms)}`,
    ordinal: (place, endings) => `${number(place)}${form(ordinals, place, endings)}`,
    list: (names) => lists.format(names),
  };
}

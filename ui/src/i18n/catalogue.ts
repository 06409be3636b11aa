/** A text, or one text per plural form of the parameter `n`. */
export type Text = string | { readonly one: string; readonly other: string };

/** The names in braces of a text. */
type NamesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

type TextOf<T extends Text> = T extends string
  ? T
  : T extends { readonly one: infer A extends string; readonly other: infer B extends string }
    ? A | B
    : never;

/** The parameters that a text needs: each name in braces, and `n` for a plural. */
export type ParamsOf<T extends Text> =
  | NamesIn<TextOf<T>>
  | (T extends string ? never : "n") extends infer Names extends string
  ? Record<Names, string | number>
  : never;

/** Fills the names in braces, choosing the plural form by `n`. */
export function fill(
  text: Text,
  params: Readonly<Record<string, string | number>>,
  locale: string,
): string {
  const chosen = typeof text === "string" ? text : pluralForm(text, Number(params.n ?? 0), locale);
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value, locale) : value;
  });
}

function pluralForm(
  text: { readonly one: string; readonly other: string },
  n: number,
  locale: string,
): string {
  return rules(locale).select(n) === "one" ? text.one : text.other;
}

const pluralRules = new Map<string, Intl.PluralRules>();

function rules(locale: string): Intl.PluralRules {
  let found = pluralRules.get(locale);
  if (!found) {
    found = new Intl.PluralRules(locale);
    pluralRules.set(locale, found);
  }
  return found;
}

const numberFormats = new Map<string, Intl.NumberFormat>();

function number(value: number, locale: string): string {
  let found = numberFormats.get(locale);
  if (!found) {
    found = new Intl.NumberFormat(locale);
    numberFormats.set(locale, found);
  }
  return found.format(value);
}

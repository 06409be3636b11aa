import { fill, type ParamsOf, type Text } from "./catalogue";
import { en } from "./en";
import { rehearse } from "./rehearsal";

/** The name of a text of the catalogue. */
export type TextKey = keyof typeof en;

type Args<K extends TextKey> = [ParamsOf<(typeof en)[K]>] extends [Record<never, never>]
  ? keyof ParamsOf<(typeof en)[K]> extends never
    ? []
    : [params: ParamsOf<(typeof en)[K]>]
  : [params: ParamsOf<(typeof en)[K]>];

let locale = "en";
let rehearsal: "none" | "long" | "mirrored" = "none";

/** Returns the text of a key in the current language, its parameters filled in. */
export function t<K extends TextKey>(key: K, ...args: Args<K>): string {
  return tt(key, args[0] as Record<string, string | number> | undefined);
}

/** Like `t` for a key that is only known at run time, such as the code of a reason. */
export function tt(key: TextKey, params: Readonly<Record<string, string | number>> = {}): string {
  const text: Text = en[key];
  const filled = fill(text, params, locale);
  return rehearsal === "none" ? filled : rehearse(filled, rehearsal);
}

/** Returns the text for a code that comes from outside, or the fallback for an unknown one. */
export function tcode(prefix: string, code: string, fallback: string = code): string {
  const key = `${prefix}.${code}`;
  return key in en ? tt(key as TextKey) : fallback;
}

/** Returns the language that numbers and dates are written in. */
export function currentLocale(): string {
  return locale;
}

/** Returns the direction of writing of the current language. */
export function direction(): "ltr" | "rtl" {
  return rehearsal === "mirrored" ? "rtl" : "ltr";
}

/** Takes the user's own way of writing dates and numbers, as far as it is of the interface's language. */
export function adoptLocale(wanted: readonly string[]): void {
  // British English where none is wanted: its clock has 24 hours, as most of the world's.
  locale = wanted.find((one) => one === "en" || one.startsWith("en-")) ?? "en-GB";
}

/** Sets the language of numbers and dates. */
export function setLocale(next: string): void {
  locale = next;
}

/** Turns on a rehearsal of a language that nobody has written yet: long words, or right to left. */
export function setRehearsal(next: "none" | "long" | "mirrored"): void {
  rehearsal = next;
}

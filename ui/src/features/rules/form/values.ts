import type { DoForm, RuleValue } from "../../../api/generated/wire";

// What a rule does is written in several ways: a text, a list, a share in a table. The form holds
// all of them as texts.

const LISTS: ReadonlySet<string> = new Set(["tag", "untag", "notify", "reviewers", "on", "before"]);

/** Returns a value as texts: `sample:0.1` for a share. */
export function textsOf(value: RuleValue | undefined): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  if (typeof value === "object") {
    return Object.entries(value).map(([key, inner]) => `${key}:${String(inner)}`);
  }
  return [String(value)];
}

/** Returns texts as the value of a key; none takes the key away. */
export function writtenAs(key: string, texts: readonly string[]): RuleValue | null {
  const [first] = texts;
  if (first === undefined) return null;
  if (LISTS.has(key)) return [...texts];
  const share = /^sample:([\d.]+)$/.exec(first)?.[1];
  if (key === "review" && share !== undefined) return { sample: Number(share) };
  if (key === "take_over") return first === "true";
  return first;
}

/** Returns what a rule does in one slot, as texts. */
export function effectOf(does: readonly DoForm[], slot: string): string[] {
  return textsOf(does.find((one) => one.slot === slot)?.value);
}

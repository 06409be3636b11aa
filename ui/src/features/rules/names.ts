import type { DefineForm, FactView, RulesChecked, WordsForm } from "../../api/generated/wire";
import { t } from "../../i18n";

/** What a rule file names, for the form to offer. */
export interface Names {
  readonly defines: readonly DefineForm[];
  readonly words: readonly WordsForm[];
  readonly slas: readonly string[];
  readonly ladders: readonly string[];
}

/** What a file names before it has been read. */
export const NO_NAMES: Names = { defines: [], words: [], slas: [], ladders: [] };

/** Returns what a text names. */
export function namesIn(text: string, checked: RulesChecked): Names {
  const sections = (kind: string) =>
    [...text.matchAll(new RegExp(`^\\[${kind}\\.([\\w-]+)\\]`, "gm"))].map(([, name = ""]) => name);
  return {
    defines: checked.defines,
    words: checked.words,
    slas: sections("sla"),
    ladders: sections("ladder"),
  };
}

/** Returns the facts that a text may ask for: those in force, and word sets it has just brought in. */
export function factsIn(inForce: readonly FactView[], names: Names): ReadonlyMap<string, FactView> {
  const facts = new Map(inForce.map((fact) => [fact.name, fact]));
  for (const { name } of names.words) {
    const fact = `msg.words.${name}`;
    if (facts.has(fact)) continue;
    facts.set(fact, {
      name: fact,
      kind: "bool",
      unit: "",
      values: [],
      about: t("fact.words.about", { name }),
      origin: "words",
    });
  }
  return facts;
}

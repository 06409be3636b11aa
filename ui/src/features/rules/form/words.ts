import type { FactView } from "../../../api/generated/wire";
import { t, tcode } from "../../../i18n";
import { factName, valueName } from "../../../i18n/facts";
import { eitherOf, listOf, spanInWords } from "../../../i18n/format";
import { limitKind, type Operator, readDuration, readList, readText } from "./limits";
import type { Line, Part } from "./tree";

// What a line of a condition says in words: "the customer has waited · longer than · 15 minutes".

/** Returns an operator in words that fit the kind of fact. */
export function operatorName(fact: FactView | undefined, operator: Operator): string {
  const kind = fact?.kind ?? "text";
  const id = `${operator.negated ? "not " : ""}${operator.op}`;
  const special =
    fact?.origin === "words"
      ? "words"
      : fact?.origin === "hours" && kind === "bool"
        ? "open"
        : kind;
  return tcode(`rules.op.${special}`, id, tcode("rules.op", id, id));
}

/** Returns a limit in words, for a screen reader and for what is drawn. */
export function limitName(fact: FactView | undefined, op: string, limit: string): string {
  switch (limitKind(fact, op)) {
    case "none":
      return "";
    case "duration": {
      const ms = readDuration(limit);
      return ms === undefined ? limit : longSpan(ms);
    }
    case "choices":
    case "texts":
      return listOf(readList(limit).map((one) => valueName(fact?.name, one)));
    case "choice":
    case "text":
      return valueName(fact?.name, readText(limit));
    default:
      return limit;
  }
}

/** Returns a whole line as one sentence. */
export function lineSentence(line: Line, fact: FactView | undefined): string {
  const operator = { id: "", op: line.op, negated: line.negated };
  if (line.op === "yes" && fact?.origin !== "words" && fact?.origin !== "hours") {
    const what = factName(line.fact, fact);
    return line.negated ? t("rules.line.no", { what }) : what;
  }
  return [
    factName(line.fact, fact),
    operatorName(fact, operator),
    limitName(fact, line.op, line.limit),
  ]
    .filter(Boolean)
    .join(" ");
}

/** Returns a whole condition in words. */
export function treeWords(part: Part, facts: ReadonlyMap<string, FactView>): string {
  switch (part.kind) {
    case "group": {
      const words = part.parts.map((one, at) => inside(treeWords(one, facts), at));
      const either = part.mode === "any" || part.mode === "none";
      const joined = either ? eitherOf(words) : listOf(words);
      return part.mode === "none" || part.mode === "not_all"
        ? t("rules.not", { what: joined })
        : joined;
    }
    case "line":
      return lineSentence(part, facts.get(part.fact));
    case "named": {
      const name = part.name.replaceAll("_", " ");
      return part.negated ? t("rules.not", { what: name }) : name;
    }
    case "other":
      return part.text;
  }
}

// The second of several goes on with the sentence; what is written in capitals stays so.
function inside(words: string, at: number): string {
  return at > 0 && /^\p{Lu}\p{Ll}/u.test(words)
    ? words.charAt(0).toLocaleLowerCase() + words.slice(1)
    : words;
}

/** Returns a length of time in words, with minutes beside the hours where there are some. */
export function longSpan(ms: number): string {
  const HOUR = 3_600_000;
  if (ms >= HOUR && ms < 48 * HOUR && ms % HOUR !== 0) {
    return `${spanInWords(ms - (ms % HOUR))} ${spanInWords(ms % HOUR)}`;
  }
  return spanInWords(ms);
}

import type { FactView } from "../../../api/generated/wire";
import { t, tcode } from "../../../i18n";
import { eitherOf, listOf, spanInWords } from "../../../i18n/format";
import { limitKind, type Operator, readDuration, readList, readText } from "./limits";
import type { Line, Part } from "./tree";

// What a line of a condition says in words: "the customer has waited · longer than · 15 minutes".

/** Returns what a fact is called among people. */
export function factName(name: string, fact?: FactView): string {
  const known = tcode("fact", name, "");
  if (known !== "") return known;
  const words = /^msg\.words\.(.+)$/.exec(name)?.[1];
  if (words) return t("fact.words", { name: words });
  const hours = /^(\w+)\.(open|waiting|silent|age|in_control)$/.exec(name);
  if (hours?.[1] && hours[2] && fact?.origin !== "built_in") {
    return t(`fact.hours.${hours[2] as "open" | "waiting" | "silent" | "age" | "in_control"}`, {
      name: hours[1],
    });
  }
  const moment = /^(.+)\.(since|until)$/.exec(name);
  if (moment?.[1] && moment[2]) {
    return t(`fact.moment.${moment[2] as "since" | "until"}`, { name: factName(moment[1]) });
  }
  return name.replace(/^attr\./, "").replaceAll("_", " ");
}

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
      return listOf(readList(limit).map((one) => valueName(fact, one)));
    case "choice":
    case "text":
      return valueName(fact, readText(limit));
    default:
      return limit;
  }
}

/** Returns a value of a fact in words. */
export function valueName(fact: FactView | undefined, value: string): string {
  return tcode(`value.${fact?.name ?? ""}`, value, value.replaceAll("_", " "));
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
      const words = part.parts.map((one) => treeWords(one, facts));
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

/** Returns a length of time in words, with minutes beside the hours where there are some. */
export function longSpan(ms: number): string {
  const HOUR = 3_600_000;
  if (ms >= HOUR && ms < 48 * HOUR && ms % HOUR !== 0) {
    return `${spanInWords(ms - (ms % HOUR))} ${spanInWords(ms % HOUR)}`;
  }
  return spanInWords(ms);
}

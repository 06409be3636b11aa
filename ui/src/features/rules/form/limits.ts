import type { FactView } from "../../../api/generated/wire";

// Limits are written on the wire as in the file: `0.45`, `"chat"`, `["a", "b"]`, `duration("15m")`.

/** The units a length of time is written in, the longest first. */
export const UNITS = [
  { id: "d", ms: 86_400_000 },
  { id: "h", ms: 3_600_000 },
  { id: "m", ms: 60_000 },
  { id: "s", ms: 1_000 },
] as const;

/** A unit of length of time. */
export type Unit = (typeof UNITS)[number]["id"];

/** Reads `duration("1h30m")` or `1h30m` in milliseconds; none where it is no length of time. */
export function readDuration(limit: string): number | undefined {
  const inner = /^duration\("(.*)"\)$/.exec(limit)?.[1] ?? limit;
  const sign = inner.startsWith("-") ? -1 : 1;
  const body = inner.replace(/^[+-]/, "");
  if (!/^(\d+(\.\d+)?(ms|d|h|m|s))+$/.test(body)) return undefined;
  let total = 0;
  for (const [, figure = "0", , unit = "s"] of body.matchAll(/(\d+(\.\d+)?)(ms|d|h|m|s)/g)) {
    const ms = unit === "ms" ? 1 : (UNITS.find((one) => one.id === unit)?.ms ?? 0);
    total += Number(figure) * ms;
  }
  return sign * total;
}

/** Splits a length of time into a figure and the longest unit that holds it whole. */
export function splitDuration(ms: number): { figure: number; unit: Unit } {
  // A day and a half reads better in hours; fifteen hundred seconds better in minutes.
  const unit =
    UNITS.find((one) => ms !== 0 && ms % one.ms === 0) ?? (ms === 0 ? UNITS[2] : UNITS[3]);
  return { figure: ms / unit.ms, unit: unit.id };
}

/** Writes a length of time as a condition has it; CEL knows no days. */
export function writeDuration(ms: number): string {
  return `duration("${spellDuration(ms)}")`;
}

/** Spells a length of time: `90m`, `24h`, `45s`. */
export function spellDuration(ms: number): string {
  const { figure, unit } = splitDuration(Math.round(ms / 1000) * 1000);
  return unit === "d" ? `${figure * 24}h` : `${figure}${unit}`;
}

/** Reads a text in quotes; anything else as it stands. */
export function readText(limit: string): string {
  try {
    const value: unknown = JSON.parse(limit);
    return typeof value === "string" ? value : limit;
  } catch {
    return limit;
  }
}

/** Reads a list of texts or numbers. */
export function readList(limit: string): string[] {
  try {
    const value: unknown = JSON.parse(limit);
    if (Array.isArray(value)) return value.map(String);
    return [String(value)];
  } catch {
    return limit === "" ? [] : [limit];
  }
}

/** Writes a list of texts, or of numbers where the fact is one. */
export function writeList(values: readonly string[], kind: string): string {
  const numbers = kind === "int";
  return `[${values.map((one) => (numbers ? one : JSON.stringify(one))).join(", ")}]`;
}

/** Reads the instant of `timestamp("…")` for a field of date and time, in local time. */
export function readInstant(limit: string): string {
  const text = /^timestamp\("(.*)"\)$/.exec(limit)?.[1];
  const at = text ? new Date(text) : undefined;
  if (!at || Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Writes an instant from a field of date and time. */
export function writeInstant(local: string): string {
  return `timestamp("${new Date(local).toISOString().replace(".000Z", "Z")}")`;
}

/** An operator as the form offers it: what it is on the wire, and the key of its words. */
export interface Operator {
  readonly id: string;
  readonly op: string;
  readonly negated: boolean;
}

const operator = (op: string, negated = false): Operator => ({
  id: negated ? `not ${op}` : op,
  op,
  negated,
});

const KNOWN = [operator("known"), operator("known", true)];
const ORDER = [">", ">=", "<", "<="].map((op) => operator(op));
const SAME = ["==", "!="].map((op) => operator(op));
const AMONG = [operator("in"), operator("in", true)];
const WITHIN = ["contains", "startsWith", "matches"];

/** The operators that a kind of fact knows, in the order in which they are offered. */
export function operatorsOf(kind: string): readonly Operator[] {
  switch (kind) {
    case "bool":
      return [operator("yes"), operator("yes", true), ...KNOWN];
    case "int":
      return [...ORDER, ...SAME, ...AMONG, ...KNOWN];
    case "decimal":
    case "duration":
    case "time":
      return [...ORDER, ...KNOWN];
    case "choice":
      return [...SAME, ...AMONG, ...KNOWN];
    case "texts":
      return [operator("has"), operator("has", true), ...KNOWN];
    default:
      return [
        ...SAME,
        ...AMONG,
        ...WITHIN.flatMap((op) => [operator(op), operator(op, true)]),
        ...KNOWN,
      ];
  }
}

/** The kind of field that a limit is written in. */
export type LimitKind =
  | "none"
  | "number"
  | "duration"
  | "time"
  | "choice"
  | "choices"
  | "text"
  | "texts";

/** Returns how the limit of an operator on a fact is written. */
export function limitKind(fact: FactView | undefined, op: string): LimitKind {
  if (op === "yes" || op === "known") return "none";
  const kind = fact?.kind ?? "text";
  if (op === "in") return kind === "choice" ? "choices" : "texts";
  if (op === "has" || op === "contains" || op === "startsWith" || op === "matches") return "text";
  switch (kind) {
    case "int":
    case "decimal":
      return "number";
    case "duration":
      return "duration";
    case "time":
      return "time";
    case "choice":
      return "choice";
    default:
      return fact && fact.values.length > 0 ? "choice" : "text";
  }
}

/** Returns a line's operator and limit when a fact has just been picked. */
export function firstLimit(fact: FactView): { op: string; limit: string } {
  switch (fact.kind) {
    case "bool":
      return { op: "yes", limit: "" };
    case "int":
      return { op: ">=", limit: "1" };
    case "decimal":
      return { op: "<", limit: "0.5" };
    case "duration":
      return { op: ">", limit: 'duration("15m")' };
    case "time":
      return { op: "known", limit: "" };
    case "texts":
      return { op: "has", limit: '""' };
    default:
      return { op: "==", limit: JSON.stringify(fact.values[0] ?? "") };
  }
}

/** Carries a limit over to another operator, as far as it still means something there. */
export function carried(fact: FactView, from: string, limit: string, to: string): string {
  const before = limitKind(fact, from);
  const after = limitKind(fact, to);
  if (before === after) return limit;
  switch (after) {
    case "none":
      return "";
    case "choices":
    case "texts":
      return writeList(before === "none" ? fact.values.slice(0, 1) : [readText(limit)], fact.kind);
    case "choice":
    case "text": {
      const first = before === "none" ? fact.values[0] : readList(limit)[0];
      return JSON.stringify(first ?? "");
    }
    case "number":
      if (before === "texts" || before === "choices") return readList(limit)[0] ?? "0";
      return fact.kind === "int" ? "1" : "0.5";
    case "duration":
      return 'duration("15m")';
    case "time":
      return writeInstant(new Date().toISOString().slice(0, 16));
  }
}

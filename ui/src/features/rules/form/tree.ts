import type { CondForm, DefineForm, FactView } from "../../../api/generated/wire";

// A condition as the form holds it: groups of lines, each with a key of its own, so that a line
// keeps its focus while what it says changes. "Not" is a word of the group or line it is about.

/** What a group asks of its parts. */
export type Mode = "all" | "any" | "none" | "not_all";

/** A group of lines and groups. */
export interface Group {
  readonly key: number;
  readonly kind: "group";
  readonly mode: Mode;
  readonly parts: readonly Part[];
}

/** One fact, one operator, one limit. */
export interface Line {
  readonly key: number;
  readonly kind: "line";
  readonly fact: string;
  /** As on the wire, and `yes` for a fact that is true or false by itself. */
  readonly op: string;
  readonly negated: boolean;
  readonly limit: string;
}

/** A condition that has a name in the file. */
export interface Named {
  readonly key: number;
  readonly kind: "named";
  readonly name: string;
  readonly negated: boolean;
}

/** Something that no form can show in parts: it is shown as written. */
export interface Other {
  readonly key: number;
  readonly kind: "other";
  readonly form: CondForm;
  readonly text: string;
}

/** A part of a condition. */
export type Part = Group | Line | Named | Other;

let keys = 0;
const fresh = () => {
  keys += 1;
  return keys;
};

/** Returns a group with a key of its own. */
export function group(mode: Mode, parts: readonly Part[]): Group {
  return { key: fresh(), kind: "group", mode, parts };
}

/** Returns a line with a key of its own. */
export function line(fact: string, op: string, limit: string, negated = false): Line {
  return { key: fresh(), kind: "line", fact, op, limit, negated };
}

/** Returns a named condition with a key of its own. */
export function named(name: string, negated = false): Named {
  return { key: fresh(), kind: "named", name, negated };
}

/** Reads a condition; always a group, also where it is one line or nothing. */
export function readTree(form: CondForm, facts: ReadonlyMap<string, FactView>): Group {
  if (form.kind === "const" && form.value) return group("all", []);
  const part = read(form, facts, false);
  return part.kind === "group" ? part : group("all", [part]);
}

function read(form: CondForm, facts: ReadonlyMap<string, FactView>, negated: boolean): Part {
  switch (form.kind) {
    case "all":
    case "any": {
      const mode = form.kind === "all" ? (negated ? "not_all" : "all") : negated ? "none" : "any";
      return group(
        mode,
        form.parts.map((part) => read(part, facts, false)),
      );
    }
    case "not":
      return read(form.part, facts, !negated);
    case "named":
      return facts.get(form.name)?.kind === "bool"
        ? line(form.name, "yes", "", negated)
        : named(form.name, negated);
    case "row":
      if (form.fact !== "") return line(form.fact, form.op, form.limit, negated);
      break;
    case "const":
      break;
  }
  const text = form.kind === "row" ? form.text : String(form.value);
  return {
    key: fresh(),
    kind: "other",
    form: negated ? { kind: "not", part: form } : form,
    text: negated ? `!(${text})` : text,
  };
}

/** Writes a condition as the wire has it. */
export function writeTree(root: Group): CondForm {
  return root.parts.length === 0 && root.mode === "all"
    ? { kind: "const", value: true, row: 0 }
    : write(root);
}

function write(part: Part): CondForm {
  switch (part.kind) {
    case "group": {
      // A group that has lost its lines asks nothing.
      const parts = part.parts.filter((one) => one.kind !== "group" || one.parts.length > 0);
      const kind = part.mode === "all" || part.mode === "not_all" ? "all" : "any";
      const [only] = parts;
      const inner: CondForm =
        parts.length === 1 && only ? write(only) : { kind, parts: parts.map(write) };
      return part.mode === "none" || part.mode === "not_all" ? not(inner) : inner;
    }
    case "line": {
      const form: CondForm =
        part.op === "yes"
          ? { kind: "named", name: part.fact, row: 0 }
          : { kind: "row", fact: part.fact, op: part.op, limit: part.limit, text: "", row: 0 };
      return part.negated ? not(form) : form;
    }
    case "named": {
      const form: CondForm = { kind: "named", name: part.name, row: 0 };
      return part.negated ? not(form) : form;
    }
    case "other":
      return part.form;
  }
}

function not(part: CondForm): CondForm {
  return part.kind === "not" ? part.part : { kind: "not", part };
}

/** Whether two conditions are the same but for how they were come by. */
export function sameTree(one: Group, other: Group): boolean {
  return plain(writeTree(one)) === plain(writeTree(other));
}

function plain(form: CondForm): string {
  return JSON.stringify(form, (key, value) =>
    key === "text" || key === "row" ? undefined : value,
  );
}

/** Changes one part, wherever it stands; nothing takes it away. */
export function changed(root: Group, key: number, to: (part: Part) => Part | undefined): Group {
  const parts: Part[] = [];
  for (const part of root.parts) {
    const next = part.key === key ? to(part) : part;
    if (next === undefined) continue;
    parts.push(next.kind === "group" && part.key !== key ? changed(next, key, to) : next);
  }
  return { ...root, parts };
}

/** Puts a part at the end of a group. */
export function added(root: Group, into: number, part: Part): Group {
  if (root.key === into) return { ...root, parts: [...root.parts, part] };
  return {
    ...root,
    parts: root.parts.map((one) => (one.kind === "group" ? added(one, into, part) : one)),
  };
}

/** Moves a part by one place among those it stands with. */
export function shifted(root: Group, key: number, by: 1 | -1): Group {
  const at = root.parts.findIndex((part) => part.key === key);
  const to = at + by;
  if (at >= 0) {
    const parts = [...root.parts];
    const [part] = parts.splice(at, 1);
    if (!part || to < 0 || to > parts.length) return root;
    parts.splice(to, 0, part);
    return { ...root, parts };
  }
  return {
    ...root,
    parts: root.parts.map((part) => (part.kind === "group" ? shifted(part, key, by) : part)),
  };
}

/**
 * Returns the place of a part among all lines of a condition, by which the engine knows it: lines of
 * named conditions are counted where they are used.
 */
export function placeOf(
  root: Group,
  key: number,
  facts: ReadonlyMap<string, FactView>,
  defines: readonly DefineForm[],
): number | undefined {
  let next = 0;
  let found: number | undefined;
  const visit = (part: Part, depth: number) => {
    if (part.key === key) found = next;
    if (part.kind === "group") {
      for (const one of part.parts) visit(one, depth);
      return;
    }
    const define =
      part.kind === "named" ? defines.find((one) => one.name === part.name) : undefined;
    // A condition cannot name itself; the depth only keeps a half-written text from it.
    if (define && depth < 8) visit(readTree(define.when, facts), depth + 1);
    else next += 1;
  };
  visit(root, 0);
  return found;
}

/** Whether a condition uses a named one. */
export function uses(form: CondForm, name: string): boolean {
  switch (form.kind) {
    case "all":
    case "any":
      return form.parts.some((part) => uses(part, name));
    case "not":
      return uses(form.part, name);
    case "named":
      return form.name === name;
    default:
      return false;
  }
}

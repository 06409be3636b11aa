import type { RuleForm } from "../../api/generated/wire";

/** Which rules differ between two texts. */
export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Whether rules that are in both stand in another order. */
  readonly moved: boolean;
  /** Whether no rule differs: what differs is elsewhere in the file. */
  readonly none: boolean;
}

/** Returns which rules differ between two texts, as far as a form shows them. */
export function changesOf(before: readonly RuleForm[], after: readonly RuleForm[]): Changes {
  const old = new Map(before.map((rule) => [rule.id, saysOf(rule)]));
  const next = new Map(after.map((rule) => [rule.id, saysOf(rule)]));
  const added = after.filter((rule) => !old.has(rule.id)).map((rule) => rule.id);
  const removed = before.filter((rule) => !next.has(rule.id)).map((rule) => rule.id);
  const both = after.filter((rule) => old.has(rule.id));
  const changed = both
    .filter((rule) => old.get(rule.id) !== next.get(rule.id))
    .map((rule) => rule.id);
  const order = before.filter((rule) => next.has(rule.id));
  const moved = both.some((rule, at) => order[at]?.id !== rule.id);
  return {
    added,
    removed,
    changed,
    moved,
    none: !moved && added.length + removed.length + changed.length === 0,
  };
}

// The line a rule stands on moves with what is above it, and says nothing about the rule.
function saysOf(rule: RuleForm): string {
  return JSON.stringify(rule, (key, value) =>
    key === "line" || key === "row" || key === "text" ? undefined : value,
  );
}

/** One line of a comparison of two texts. */
export interface ComparedLine {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** Compares two texts line by line. */
export function compareTexts(before: string, after: string): ComparedLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (lines: readonly string[]): ComparedLine[] =>
    lines.map((text) => ({ kind: "same", text }));
  return [
    ...same(a.slice(0, head)),
    ...between(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ];
}

// The longest run of common lines, by the table of lengths; what is left is small after the ends
// that both texts share are gone.
function between(a: readonly string[], b: readonly string[]): ComparedLine[] {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] =
        a[i] === b[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
    }
  }
  const lines: ComparedLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const one = a[i];
    const other = b[j];
    if (one !== undefined && one === other) {
      lines.push({ kind: "same", text: one });
      i += 1;
      j += 1;
    } else if (
      one !== undefined &&
      (other === undefined || (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))
    ) {
      lines.push({ kind: "removed", text: one });
      i += 1;
    } else if (other !== undefined) {
      lines.push({ kind: "added", text: other });
      j += 1;
    }
  }
  return lines;
}

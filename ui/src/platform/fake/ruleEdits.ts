import type { BeginsView, RuleEdit, RuleForm } from "../../api/generated/wire";
import { BOOK, type Book, printBook } from "./ruleBook";
import { bookOf, inForce, refuse, save, shelfOf } from "./ruleShelf";
import type { World } from "./world";

/** Returns the rules after an edit of the form. */
export function edited(book: Book, edit: RuleEdit): Book {
  const at = (id: string) => {
    const found = book.rules.findIndex((one) => one.id === id);
    return found >= 0 ? found : refuse("bad_edit", `There is no rule ${id}.`);
  };
  const change = (id: string, to: (rule: RuleForm) => RuleForm): Book => ({
    ...book,
    rules: book.rules.map((one, index) => (index === at(id) ? to(one) : one)),
  });
  const put = (rule: RuleForm, before: string | null, rules: readonly RuleForm[]): Book => {
    const place = before === null ? rules.length : rules.findIndex((one) => one.id === before);
    return { ...book, rules: [...rules.slice(0, place), rule, ...rules.slice(place)] };
  };
  switch (edit.kind) {
    case "rule_add": {
      const { kind: _, after: __, ...rule } = edit;
      const fresh = { ...BOOK.rules[0], ...rule } as RuleForm;
      return put({ ...fresh, before: [], unknown: "no" }, null, book.rules);
    }
    case "rule_remove":
      at(edit.id);
      return { ...book, rules: book.rules.filter((one) => one.id !== edit.id) };
    case "rule_move": {
      const rule = book.rules[at(edit.id)] as RuleForm;
      return put(
        rule,
        edit.before,
        book.rules.filter((one) => one.id !== edit.id),
      );
    }
    case "rule_set":
      return change(edit.id, (rule) => {
        const { key, value } = edit;
        if (key.startsWith("do.")) {
          const slot = key.slice(3);
          const rest = rule.does.filter((one) => one.slot !== slot);
          return { ...rule, does: value === null ? rest : [...rest, { slot, value }] };
        }
        const missing: Record<string, unknown> = {
          on: [],
          before: [],
          take_over: false,
          unknown: "no",
          once: "until-false",
        };
        return { ...rule, [key]: value ?? missing[key] ?? "" };
      });
    case "cond_set":
      return change(edit.id, (rule) => ({ ...rule, when: edit.when }));
    case "words_set":
      return { ...book, words: { ...book.words, [edit.name]: edit.words } };
    case "define_set":
      return {
        ...book,
        defines: book.defines.map((one) =>
          one.name === edit.name ? { ...one, when: edit.when } : one,
        ),
      };
    case "test_from":
      // The tests of a rehearsal are no part of its text.
      return book;
    case "limit_set":
    case "define_limit_set":
      return refuse("bad_edit", "The rehearsal moves limits by their conditions.");
  }
}

// What a rule decides, as far as a rehearsal tells: not who answers for it, nor why.
function decides({ when, on, does, unknown, once }: RuleForm): string {
  return JSON.stringify({ when, on, does, unknown, once });
}

const acts = (rule: RuleForm | undefined) => rule?.status === "live" || rule?.status === "canary";

/** Returns the rules that would act from now on as they never did. */
export function beginsIn(before: Book, after: Book): BeginsView[] {
  return after.rules.flatMap((rule) => {
    const was = before.rules.find((one) => one.id === rule.id && acts(one));
    if (!acts(rule) || (was && decides(was) === decides(rule))) return [];
    return [{ rule: rule.id, acted: was !== undefined }];
  });
}

/** Returns the rules with each edit of a rule that acts as a copy beside it. */
export function besideIn(before: Book, after: Book): Book {
  const edits = new Set(
    beginsIn(before, after)
      .filter((one) => one.acted)
      .map((one) => one.rule),
  );
  const rules = after.rules.flatMap((rule) => {
    const was = edits.has(rule.id) && before.rules.find((one) => one.id === rule.id);
    const copy = { ...rule, id: `${rule.id}-next`, status: "shadow", replaces: rule.id };
    return was ? [was, copy] : [rule];
  });
  return { ...after, rules };
}

/** Somebody edits the file by hand, so that a rule acts that passed no gate. */
export function editByHand(world: World, rule: string): void {
  const shelf = shelfOf(world);
  shelf.ungated = [{ rule, owner: "anna", at: world.now(), acted: true }];
}

/** Changes the rules in force as a colleague would, so that what is being written grows stale. */
export function ruleOfAColleague(world: World): void {
  const shelf = shelfOf(world);
  const book = bookOf(shelf, inForce(shelf).text);
  const next = edited(book, {
    kind: "rule_set",
    id: "legal-wording",
    key: "owner",
    value: "bo",
  });
  const text = printBook(next);
  shelf.books.set(text, next);
  save(shelf, text, world, "Bo answers for it", null);
  const [first] = shelf.versions;
  if (first) first.by = "Bo Adeyemi";
}

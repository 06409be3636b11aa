import type { Answer, CommandName, Request } from "../../api/client";
import type { Stage } from "./commands";
import { factsOf, numbered, printBook } from "./ruleBook";
import { findingsOf, testsOf } from "./ruleChecks";
import { beginsIn, besideIn, edited } from "./ruleEdits";
import { bookOf, hashOf, inForce, refuse, save, shelfOf, textOf } from "./ruleShelf";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

const DAY = 86_400_000;

const COUNTS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  "legal-wording": [14, 14, 0, 0.4],
  "asked-for-a-human": [388, 371, 9, 0.02],
  "vip-unhappy": [61, 6, 1, 0.9],
  "bot-stuck": [1_264, 1_198, 41, 0.01],
  "queue-too-long": [203, 203, 0, 0.2],
  "money-in-a-draft": [0, 0, 0, 0],
};

/** The rules of a rehearsal: read, edited, checked, tried out and put in force. */
export const ruling: Handlers = {
  rules_get: (_, { world }) => {
    const shelf = shelfOf(world);
    const now = inForce(shelf);
    const book = bookOf(shelf, now.text);
    return {
      text: now.text,
      ruleset: now.ruleset,
      policy: "harbour",
      problems: [],
      changed_at: now.at,
      changed_by: now.by,
      why: now.why,
      on_disk: null,
      ungated: shelf.ungated,
      rules: numbered(book).map((rule) => {
        const [matched = 0, acted = 0, overridden = 0, days = 0] = COUNTS[rule.id] ?? [];
        return {
          id: rule.id,
          why: rule.why,
          reason: rule.reason,
          when: "",
          status: rule.status,
          owner: rule.owner,
          replaces: rule.replaces,
          canary_share: rule.canary_share,
          on: rule.on,
          does: rule.does_says,
          line: rule.line,
          held_back: null,
          counts: {
            matched,
            acted,
            overridden,
            watched: 0,
            differs: 0,
            last_match: matched > 0 ? world.now() - days * DAY : null,
          },
        };
      }),
    };
  },
  rules_check: ({ text }, { world }) => {
    const shelf = shelfOf(world);
    const book = shelf.books.get(text);
    if (!book) {
      const known = inForce(shelf).text;
      let at = 0;
      while (at < text.length && text[at] === known[at]) at += 1;
      const end = text.indexOf("\n", at);
      return {
        ruleset: "",
        problems: [
          {
            severity: "error",
            code: "unreadable",
            line: text.slice(0, at).split("\n").length,
            column: at - text.lastIndexOf("\n", at - 1),
            start: at,
            end: Math.max(at + 1, end < 0 ? text.length : end),
            message: "This is not understood.",
            hint: "The rehearsal knows only what its form writes.",
            rules: [],
            fix: null,
          },
        ],
        findings: [],
        tests: [],
        coverage: { rules_hit: 0, rules_all: 0, conditions_hit: 0, conditions_all: 0, unhit: [] },
        begins: [],
        form: [],
        defines: [],
        words: [],
      };
    }
    const tests = book.rules.length === 0 ? [] : testsOf(book);
    return {
      ruleset: hashOf(text),
      problems: [],
      findings: findingsOf(book),
      tests,
      coverage: {
        rules_hit: 4,
        rules_all: book.rules.length,
        conditions_hit: 11,
        conditions_all: 15,
        unhit: ["vip-unhappy", "queue-too-long"],
      },
      begins: beginsIn(bookOf(shelf, inForce(shelf).text), book),
      form: numbered(book),
      defines: [...book.defines],
      words: Object.entries(book.words).map(([name, words], at) => ({
        name,
        words: [...words],
        line: 10 + at,
      })),
    };
  },
  facts_list: (_, { world }) => {
    const shelf = shelfOf(world);
    return { facts: factsOf(bookOf(shelf, inForce(shelf).text)) };
  },
  rules_edit: ({ text, edit }, { world }) => {
    const shelf = shelfOf(world);
    const book = edited(bookOf(shelf, text), edit);
    const next = printBook(book);
    shelf.books.set(next, book);
    return { text: next };
  },
  rules_save: ({ text, base, reason, override, beside }, { world, touch }) => {
    const shelf = shelfOf(world);
    const now = inForce(shelf);
    if (base !== now.ruleset)
      refuse("rules_changed", "The rules were changed meanwhile.", "", true);
    if (reason === "") refuse("reason_missing", "Say why.", "", true);
    const book = bookOf(shelf, text);
    if (beside) {
      const tried = besideIn(bookOf(shelf, now.text), book);
      const next = printBook(tried);
      shelf.books.set(next, tried);
      save(shelf, next, world, reason, override);
      touch("rules");
      return { ruleset: hashOf(next) };
    }
    if (override === null && testsOf(book).some((one) => !one.passed)) {
      refuse("tests_failed", "A test fails.", "Say why it may be saved all the same.", true);
    }
    save(shelf, text, world, reason, override);
    touch("rules");
    return { ruleset: hashOf(text) };
  },
  rules_history: (_, { world }) => ({
    versions: shelfOf(world).versions.map(({ text: _text, ...one }) => one),
    next: null,
  }),
  rules_version: ({ ruleset }, { world }) => ({
    ruleset,
    text: textOf(shelfOf(world), ruleset),
  }),
  rules_diff: ({ from, to }, { world }) => {
    const shelf = shelfOf(world);
    const before = textOf(shelf, from).split("\n");
    const after = textOf(shelf, to).split("\n");
    const gone = before.filter((one) => !after.includes(one));
    return {
      lines: [
        ...gone.map((text, at) => ({ kind: "removed", text, from: at + 1, to: null })),
        ...after.map((text, at) => ({
          kind: before.includes(text) ? "same" : "added",
          text,
          from: before.includes(text) ? at + 1 : null,
          to: at + 1,
        })),
      ],
      added: after.filter((one) => !before.includes(one)).length,
      removed: gone.length,
    };
  },
  rule_status_set: ({ rule, status, reason }, { world, touch }) => {
    const shelf = shelfOf(world);
    const book = bookOf(shelf, inForce(shelf).text);
    const next = edited(book, { kind: "rule_set", id: rule, key: "status", value: status });
    const text = printBook(next);
    shelf.books.set(text, next);
    save(shelf, text, world, reason, null);
    touch("rules");
    return { ruleset: hashOf(text) };
  },
  promotion_get: ({ rule }, { world }) => {
    const shelf = shelfOf(world);
    const known = bookOf(shelf, inForce(shelf).text).rules.find((one) => one.id === rule);
    const status = known?.status ?? "off";
    return {
      rule,
      replaces: known?.replaces ?? null,
      ruleset: inForce(shelf).ruleset,
      approvers: ["anna", "bo"],
      status,
      handoffs_added: 9,
      handoffs_spared: 3,
      shadow_decisions: 84,
      shadow_since: status === "shadow" ? world.now() - 3 * DAY : null,
      differs: 12,
      gate: [
        { code: "watched", says: "200 decisions in shadow, or seven days of it", met: false },
        { code: "findings", says: "The analysis finds no error.", met: true },
        { code: "tests", says: "Every test passes.", met: true },
        { code: "approver", says: "Approved by name: anna or bo.", met: false },
      ],
      may_promote: status === "canary",
    };
  },
};

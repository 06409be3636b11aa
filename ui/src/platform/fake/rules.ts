import type { Answer, CommandName, Request } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type {
  FindingView,
  RuleEdit,
  RuleForm,
  RulesVersionBrief,
  TestView,
} from "../../api/generated/wire";
import type { Stage } from "./commands";
import { decisionOf } from "./house";
import { replayed } from "./replays";
import { BOOK, type Book, factsOf, numbered, printBook } from "./ruleBook";
import type { World } from "./world";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

const DAY = 86_400_000;

interface Shelf {
  /** Every text that was written here, with what it says. */
  readonly books: Map<string, Book>;
  versions: (RulesVersionBrief & { text: string })[];
  readonly jobs: Map<string, { text: string; cancelled: boolean; polled: number }>;
}

const shelves = new WeakMap<World, Shelf>();

function shelfOf(world: World): Shelf {
  let shelf = shelves.get(world);
  if (!shelf) {
    const begun = world.rows.length === 0 ? { ...BOOK, rules: [] } : BOOK;
    const text = printBook(begun);
    const first: Book = {
      ...begun,
      rules: begun.rules.filter((one) => one.id !== "money-in-a-draft"),
    };
    const now = world.now();
    shelf = {
      books: new Map([
        [text, begun],
        [printBook(first), first],
      ]),
      jobs: new Map(),
      versions: [
        {
          ...version(text, now - 3 * DAY, "Anna Lindqvist", "Money in drafts is watched first"),
          added: ["money-in-a-draft"],
          in_force: true,
        },
        version(printBook(first), now - 40 * DAY, "Bo Adeyemi", "The rules we began with"),
      ],
    };
    shelves.set(world, shelf);
  }
  return shelf;
}

function version(text: string, at: number, by: string, why: string) {
  return {
    ruleset: hashOf(text),
    text,
    at,
    by,
    why,
    place: at,
    origin: "saved",
    override: null,
    approver: null,
    in_force: false,
    added: [] as string[],
    removed: [] as string[],
    changed: [] as string[],
  };
}

function hashOf(text: string): string {
  let hash = 7;
  for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return `b3:${hash.toString(16).padStart(8, "0")}`;
}

function refuse(code: string, message: string, hint = "", notice = false): never {
  throw new ApiFailure({ code, message, hint, notice });
}

function inForce(shelf: Shelf) {
  return shelf.versions.find((one) => one.in_force) ?? refuse("none", "There are no rules.");
}

function bookOf(shelf: Shelf, text: string): Book {
  return (
    shelf.books.get(text) ??
    refuse("bad_edit", "The text has a mistake.", "Repair it in the text first.", true)
  );
}

function edited(book: Book, edit: RuleEdit): Book {
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
    case "limit_set":
    case "define_limit_set":
      return refuse("bad_edit", "The rehearsal moves limits by their conditions.");
  }
}

// One test looks at the limit of the bot's failures, so that a rehearsal can make it fail.
function testsOf(book: Book): TestView[] {
  const text = printBook(book);
  const stuck = text.includes("bot.failures >= 2");
  return [
    { name: "legal wording beats everything", line: 60, passed: true, misses: [] },
    { name: "when in doubt, a draft is read", line: 66, passed: true, misses: [] },
    {
      name: "the second failure is the bot's last",
      line: 72,
      passed: stuck,
      misses: stuck
        ? []
        : [
            {
              line: 75,
              what: "control",
              expected: "queue",
              found: "bot",
              why: "bot-stuck nearly matched: failures of the bot in a row were 2.",
            },
          ],
    },
  ];
}

function findingsOf(book: Book): FindingView[] {
  const at = (id: string) => book.rules.findIndex((one) => one.id === id);
  if (at("asked-for-a-human") < 0 || at("vip-unhappy") < 0) return [];
  return [
    {
      weight: "warning",
      kind: "conflict",
      rules: ["asked-for-a-human", "vip-unhappy"],
      says: "Both can match one message and hand it to different queues.",
      hint: "Let one of them overrule the other on purpose.",
      witness:
        "An enterprise customer writes “I want a real person”, sounds angry (-0.6), and the bot has control.",
      line: 34,
    },
  ];
}

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
      rules: numbered(book).map((rule) => {
        const [matched = 0, acted = 0, overridden = 0, days = 0] = COUNTS[rule.id] ?? [];
        return {
          id: rule.id,
          why: rule.why,
          reason: rule.reason,
          when: "",
          status: rule.status,
          owner: rule.owner,
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
  rules_save: ({ text, base, reason, override }, { world, touch }) => {
    const shelf = shelfOf(world);
    const now = inForce(shelf);
    if (base !== now.ruleset)
      refuse("rules_changed", "The rules were changed meanwhile.", "", true);
    if (reason === "") refuse("reason_missing", "Say why.", "", true);
    const book = bookOf(shelf, text);
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
    const status =
      bookOf(shelf, inForce(shelf).text).rules.find((one) => one.id === rule)?.status ?? "off";
    return {
      rule,
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
  backtest_start: ({ text }, { world, touch }) => {
    const shelf = shelfOf(world);
    const job = `job_${shelf.jobs.size + 1}`;
    shelf.jobs.set(job, { text, cancelled: false, polled: 0 });
    setTimeout(() => touch(`backtest:${job}`), 40);
    return { job };
  },
  backtest_get: ({ job }, { world, touch }) => {
    const shelf = shelfOf(world);
    const one = shelf.jobs.get(job) ?? refuse("not_found", "There is no such back-test.");
    one.polled += 1;
    if (one.polled < 3 && !one.cancelled) setTimeout(() => touch(`backtest:${job}`), 40);
    const same = one.text === inForce(shelf).text;
    return replayed(one, same, hashOf(one.text), world.now(), bookOf(shelf, one.text).rules);
  },
  backtest_cancel: ({ job }, { world, touch }) => {
    const one = shelfOf(world).jobs.get(job);
    if (one) one.cancelled = true;
    touch(`backtest:${job}`);
    return {};
  },
  backtest_conversations: ({ cursor }, { world }) => ({
    rows: world.rows.slice(cursor ?? 0, (cursor ?? 0) + 12).map((row, at) => ({
      conversation: row.id,
      subject: row.subject,
      at: row.last_at,
      on: "bot.failure",
      old: "queue",
      new: "",
      rule: "bot-stuck",
      slot: "control",
      diverges: at % 3 !== 0,
      differences: 1 + (at % 3),
      why: "bot-stuck no longer matches: failures of the bot in a row were 2.",
    })),
    next: (cursor ?? 0) === 0 && world.rows.length > 12 ? 12 : null,
  }),
  backtest_point: (_, { world }) => {
    const old = decisionOf(world.now(), "dcn_hero");
    return {
      at: old.at,
      on: old.on,
      old,
      new: {
        ...old,
        sentence: "Stayed with the bot.",
        result: [],
        matched: [],
        near: old.matched.map((rule) => ({
          ...rule,
          rows: rule.rows.map((one) => ({ ...one, truth: "false" })),
        })),
      },
    };
  },
  backtest_curve: ({ text, rule, row }, { world }) => {
    const book = bookOf(shelfOf(world), text);
    const form = numbered(book).find((one) => one.id === rule);
    const found = form && rowIn(form.when, row);
    const minutes = /duration\("(\d+)m"\)/.exec(found?.limit ?? "")?.[1];
    const present = minutes ? Number(minutes) * 60_000 : Number(found?.limit ?? 1);
    const step = minutes ? 300_000 : Math.abs(present) < 1 ? 0.05 : 1;
    const least = minutes ? 300_000 : Math.abs(present) < 1 ? -0.9 : 1;
    return {
      text: found?.text ?? "",
      fact: found?.fact ?? "",
      op: found?.op ?? "",
      present,
      points: 18_204,
      curve: Array.from({ length: 12 }, (_, at) => {
        const limit = Number((least + at * step).toFixed(2));
        const matches = Math.round(2_400 / (1 + at * 0.9));
        return {
          limit,
          text: minutes ? `duration("${limit / 60_000}m")` : String(limit),
          matches,
          conversations: Math.round(matches * 0.7),
          handoffs: Math.round(matches * 0.6),
        };
      }),
    };
  },
};

function rowIn(
  form: RuleForm["when"],
  row: number,
): (RuleForm["when"] & { kind: "row" }) | undefined {
  switch (form.kind) {
    case "all":
    case "any":
      for (const part of form.parts) {
        const found = rowIn(part, row);
        if (found) return found;
      }
      return undefined;
    case "not":
      return rowIn(form.part, row);
    case "row":
      return form.row === row ? form : undefined;
    default:
      return undefined;
  }
}

function textOf(shelf: Shelf, ruleset: string): string {
  const found = shelf.versions.find((one) => one.ruleset === ruleset);
  return found?.text ?? refuse("not_found", "There is no such version.");
}

function save(shelf: Shelf, text: string, world: World, reason: string, override: string | null) {
  const before = bookOf(shelf, inForce(shelf).text);
  const after = bookOf(shelf, text);
  const says = (book: Book, id: string) => {
    const { line: _, ...rest } = book.rules.find((one) => one.id === id) ?? { line: 0 };
    return JSON.stringify(rest);
  };
  const had = before.rules.map((one) => one.id);
  const has = after.rules.map((one) => one.id);
  shelf.versions = [
    {
      ...version(text, world.now(), world.session.agent.display_name, reason),
      override,
      in_force: true,
      added: has.filter((id) => !had.includes(id)),
      removed: had.filter((id) => !has.includes(id)),
      changed: has.filter((id) => had.includes(id) && says(before, id) !== says(after, id)),
    },
    ...shelf.versions.map((one) => ({ ...one, in_force: false })),
  ];
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

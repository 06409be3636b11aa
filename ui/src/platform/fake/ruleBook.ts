import type { CondForm, DefineForm, FactView, RuleForm, RuleValue } from "../../api/generated/wire";

// The rules of a rehearsal, as forms and as the text that stands for them. The rehearsal reads only
// texts that its own forms have written; whatever else is typed is a mistake to it.

/** The parts of a rule file that a rehearsal knows. */
export interface Book {
  readonly defines: readonly DefineForm[];
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly RuleForm[];
}

const row = (fact: string, op: string, limit: string): CondForm => ({
  kind: "row",
  fact,
  op,
  limit,
  text: "",
  row: 0,
});
const named = (name: string): CondForm => ({ kind: "named", name, row: 0 });
const all = (...parts: CondForm[]): CondForm => ({ kind: "all", parts });
const any = (...parts: CondForm[]): CondForm => ({ kind: "any", parts });

function rule(
  id: string,
  reason: string,
  on: string[],
  when: CondForm,
  does: Record<string, RuleValue>,
  more: Partial<RuleForm> = {},
): RuleForm {
  return {
    id,
    reason,
    why: "",
    owner: "",
    replaces: null,
    on,
    when,
    does: Object.entries(does).map(([slot, value]) => ({ slot, value })),
    does_says: "",
    status: "live",
    canary_share: null,
    unknown: "no",
    once: "until-false",
    before: [],
    take_over: false,
    line: 0,
    ...more,
  };
}

/** The rules that a rehearsal begins with. */
export const BOOK: Book = {
  words: {
    legal: ["lawyer", "attorney", "sue", "anwalt", "gdpr complaint"],
    human: ["human", "real person", "agent please", "mitarbeiter"],
  },
  defines: [
    { name: "with_bot", line: 14, when: row("conv.control", "==", '"bot"') },
    {
      name: "is_vip",
      line: 15,
      when: any(
        row("customer.tier", "in", '["enterprise", "vip"]'),
        row("conv.tags", "has", '"vip"'),
      ),
    },
  ],
  rules: [
    rule(
      "legal-wording",
      "the message speaks of legal steps",
      ["customer.message"],
      all(named("msg.words.legal"), row("conv.control", "!=", '"agent"')),
      { control: "team:privacy", priority: "urgent", ladder: "urgent", tag: ["legal"] },
      {
        why: "Legal wording is never answered by a bot, and a lead sees it at once.",
        owner: "dana",
        unknown: "yes",
        before: ["asked-for-a-human"],
      },
    ),
    rule(
      "asked-for-a-human",
      "the customer asked for a person",
      ["customer.message"],
      all(
        named("with_bot"),
        any(
          named("msg.words.human"),
          all(row("bot.intent", "==", '"human"'), row("bot.confidence", ">=", "0.5")),
        ),
      ),
      { control: "queue", ladder: "normal", macro: "handing-over" },
      { why: "A person asked for a person.", once: "per-message" },
    ),
    rule(
      "vip-unhappy",
      "an important customer is unhappy",
      ["customer.message"],
      all(named("is_vip"), row("msg.sentiment", "<", "-0.4")),
      { control: "team:support", priority: "high", sla: "vip" },
      { status: "canary", canary_share: 0.1 },
    ),
    rule(
      "bot-stuck",
      "the bot is stuck",
      ["bot.message", "bot.failure"],
      all(
        named("with_bot"),
        any(
          row("bot.failures", ">=", "2"),
          named("bot.same_answer_twice"),
          row("bot.confidence", "<", "0.45"),
        ),
      ),
      { control: "queue", ladder: "normal", tag: ["bot-stuck"] },
      { why: "A bot that does not get on makes the customer angrier with every turn." },
    ),
    rule(
      "queue-too-long",
      "waiting for more than 15 minutes in office hours",
      ["time"],
      all(
        row("conv.control", "==", '"queue"'),
        row("conv.waiting", ">", 'duration("15m")'),
        named("office.open"),
      ),
      { priority: "+1", notify: ["team:support"] },
      { once: "per-episode" },
    ),
    rule(
      "money-in-a-draft",
      "the draft speaks of money",
      ["draft"],
      all(row("draft.author", "in", '["bot", "ai"]'), named("draft.mentions_money")),
      { review: "required", reviewers: ["team:billing"] },
      { unknown: "yes", status: "shadow" },
    ),
  ],
};

function condition(form: CondForm, inside = false): string {
  switch (form.kind) {
    case "all":
    case "any": {
      const text = form.parts
        .map((part) => condition(part, true))
        .join(form.kind === "all" ? " && " : " || ");
      return inside ? `(${text})` : text;
    }
    case "not":
      return form.part.kind === "named" ? `!${form.part.name}` : `!(${condition(form.part)})`;
    case "named":
      return form.name;
    case "const":
      return String(form.value);
    case "row":
      if (form.op === "has") return `${form.limit} in ${form.fact}`;
      if (form.op === "known") return `has(${form.fact})`;
      return /^\w+$/.test(form.op)
        ? form.op === "in"
          ? `${form.fact} in ${form.limit}`
          : `${form.fact}.${form.op}(${form.limit})`
        : `${form.fact} ${form.op} ${form.limit}`;
  }
}

const quoted = (texts: readonly string[]) => texts.map((one) => JSON.stringify(one)).join(", ");

/** Writes the text of a book. */
export function printBook(book: Book): string {
  const lines = [
    "# The rules of Harbour Supply. The order matters: the first rule wins.",
    "baton   = 1",
    'policy  = "harbour"',
    'zone    = "Europe/Berlin"',
    "",
    "[hours.office]",
    'mon-fri = ["09:00-17:30"]',
    "",
    "[words]",
    ...Object.entries(book.words).map(([name, words]) => `${name} = [${quoted(words)}]`),
    "",
    "[define]",
    ...book.defines.map((one) => `${one.name} = '${condition(one.when)}'`),
  ];
  for (const one of book.rules) {
    const does = one.does.map(
      ({ slot, value }) =>
        `${slot} = ${Array.isArray(value) ? `[${quoted(value)}]` : typeof value === "object" ? "{ sample = 0.1 }" : JSON.stringify(value)}`,
    );
    lines.push(
      "",
      "[[rule]]",
      `id     = ${JSON.stringify(one.id)}`,
      ...(one.why ? [`why    = ${JSON.stringify(one.why)}`] : []),
      `on     = [${quoted(one.on)}]`,
      `when   = '${condition(one.when)}'`,
      `do     = { ${does.join(", ")} }`,
      `reason = ${JSON.stringify(one.reason)}`,
      ...(one.unknown === "yes" ? ['unknown = "yes"'] : []),
      ...(one.once !== "until-false" ? [`once   = ${JSON.stringify(one.once)}`] : []),
      ...(one.before.length > 0 ? [`before = [${quoted(one.before)}]`] : []),
      ...(one.owner ? [`owner  = ${JSON.stringify(one.owner)}`] : []),
      ...(one.take_over ? ["take_over = true"] : []),
      ...(one.status !== "live" ? [`status = ${JSON.stringify(one.status)}`] : []),
    );
  }
  return `${lines.join("\n")}\n`;
}

function saysOf(rule: RuleForm): string {
  return rule.does
    .map(({ slot, value }) => `${slot} ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join(", ");
}

/** Returns the book with the lines and the numbers of its rows, as the engine gives them. */
export function numbered(book: Book): RuleForm[] {
  const lines = printBook(book).split("\n");
  return book.rules.map((one) => {
    let next = 0;
    const count = (form: CondForm): CondForm => {
      switch (form.kind) {
        case "all":
        case "any":
          return { ...form, parts: form.parts.map(count) };
        case "not":
          return { ...form, part: count(form.part) };
        case "row": {
          const at = next;
          next += 1;
          return { ...form, row: at, text: condition(form) };
        }
        default: {
          const at = next;
          next += 1;
          return { ...form, row: at };
        }
      }
    };
    return {
      ...one,
      does_says: saysOf(one),
      when: count(one.when),
      line: lines.indexOf(`id     = ${JSON.stringify(one.id)}`) + 1,
    };
  });
}

const fact = (
  name: string,
  kind: string,
  about: string,
  more: Partial<FactView> = {},
): FactView => ({
  name,
  kind,
  about,
  unit: "",
  values: [],
  origin: "built_in",
  ...more,
});

/** Returns the facts that a book may name. */
export function factsOf(book: Book): FactView[] {
  return [
    fact("conv.control", "choice", "Who may speak to the customer now.", {
      values: ["bot", "queue", "agent", "nobody", "closed"],
    }),
    fact("conv.waiting", "duration", "How long the customer has been waiting for an answer."),
    fact("conv.tags", "texts", "The tags on the conversation."),
    fact("conv.channel", "choice", "The kind of channel the customer writes on.", {
      values: ["email", "chat", "telegram"],
    }),
    fact("msg.sentiment", "decimal", "How the customer sounds, from angry to delighted.", {
      unit: "-1 to 1",
    }),
    fact("msg.text", "text", "What the message says, without quotes and signature."),
    fact("bot.failures", "int", "How often the bot has failed to help, in a row.", {
      unit: "in a row",
    }),
    fact("bot.confidence", "decimal", "How sure the bot is of the intent.", { unit: "0 to 1" }),
    fact("bot.intent", "text", "What the bot believes the customer wants."),
    fact("bot.same_answer_twice", "bool", "Whether the bot has just repeated itself."),
    fact("customer.tier", "text", "The customer's plan or class."),
    fact("draft.author", "choice", "Who wrote the draft.", {
      values: ["bot", "ai", "agent", "junior"],
    }),
    fact("draft.mentions_money", "bool", "Whether the draft names an amount of money."),
    fact("sla.due", "time", "The nearest deadline that is running."),
    ...Object.keys(book.words).map((name) =>
      fact(`msg.words.${name}`, "bool", `Whether the message has a word of ${name}.`, {
        origin: "words",
      }),
    ),
    fact("office.open", "bool", "Whether the calendar office is open.", { origin: "hours" }),
    fact("office.waiting", "duration", "How long the customer has waited in open time.", {
      origin: "hours",
    }),
  ];
}

import type { FindingView, TestView } from "../../api/generated/wire";
import { type Book, printBook } from "./ruleBook";

/** Returns how the tests end. One looks at the limit of the bot's failures, so that it can fail. */
export function testsOf(book: Book): TestView[] {
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

/** Returns what contradicts itself. */
export function findingsOf(book: Book): FindingView[] {
  const rule = (id: string) => book.rules.find((one) => one.id === id);
  const [first, second] = [rule("asked-for-a-human"), rule("vip-unhappy")];
  if (!first || !second || first.before.includes(second.id)) return [];
  return [
    {
      weight: "warning",
      kind: "conflict",
      rules: ["asked-for-a-human", "vip-unhappy"],
      says: "`asked-for-a-human` and `vip-unhappy` can match at once, and want different things of control.",
      hint: "Let one of them overrule the other on purpose.",
      witness:
        "An enterprise customer writes “I want a real person”, sounds angry (-0.6), and the bot has control.",
      line: 34,
    },
  ];
}

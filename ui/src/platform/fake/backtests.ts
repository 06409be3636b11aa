import type { Answer, CommandName, Request } from "../../api/client";
import type { RuleForm } from "../../api/generated/wire";
import type { Stage } from "./commands";
import { decisionOf } from "./house";
import { replayed } from "./replays";
import { numbered } from "./ruleBook";
import { bookOf, hashOf, inForce, refuse, shelfOf } from "./ruleShelf";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

/** What other rules would have done, in a rehearsal. */
export const backtests: Handlers = {
  backtest_start: ({ text }, { world, touch }) => {
    const shelf = shelfOf(world);
    const job = `job_${shelf.jobs.size + 1}`;
    shelf.jobs.set(job, { text, cancelled: false, polled: 0 });
    touch("backtests");
    setTimeout(() => touch(`backtest:${job}`), 40);
    return { job };
  },
  backtest_list: (_, { world }) => {
    const shelf = shelfOf(world);
    const state = (one: { cancelled: boolean; polled: number }) =>
      one.cancelled ? "cancelled" : one.polled < 3 ? "running" : "done";
    const jobs = [...shelf.jobs].reverse().map(([job, one]) => ({
      job,
      state: state(one) as "cancelled" | "running" | "done",
      done: 0,
      total: 0,
      started_at: world.now(),
      text: one.text,
      against: inForce(shelf).ruleset,
      named: false,
      since: null,
      until: null,
    }));
    return { jobs };
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

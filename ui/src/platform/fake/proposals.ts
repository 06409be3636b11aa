import type { Answer, CommandName, Request } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { OutcomeView, ProposalView } from "../../api/generated/wire";
import type { Stage } from "./commands";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

function outcome(handoffs: number, needless: number, missed: number, miss: number): OutcomeView {
  return {
    labelled: 24,
    needed: 12,
    handoffs,
    false_handoffs: needless,
    missed,
    cost: handoffs + miss * missed,
    false_share: null,
    missed_share: null,
  };
}

const LIMITS = [
  [1, 24, 12, 0],
  [2, 12, 0, 0],
  [3, 4, 0, 8],
  [4, 0, 0, 12],
] as const;

function lower(miss: number): ProposalView {
  const curve = LIMITS.map(([limit, handoffs, needless, missed]) => ({
    limit,
    written: String(limit),
    outcome: outcome(handoffs, needless, missed, miss),
  }));
  const line = (limit: number) => `when   = 'conv.control == "bot" && bot.failures >= ${limit}'`;
  return {
    id: "a".repeat(64),
    rules: ["bot-stuck"],
    says: "bot-stuck: in `bot.failures >= 4`, 2 in place of 4",
    kind: "limit",
    line: "bot.failures >= 4",
    fact: "bot.failures",
    old_limit: "4",
    new_limit: "2",
    set: "",
    terms: [],
    diff: [
      { kind: "same", text: 'on     = ["bot.failure"]' },
      { kind: "removed", text: line(4) },
      { kind: "added", text: line(2) },
      { kind: "same", text: 'do     = { control = "queue" }' },
    ],
    text: line(2),
    before: outcome(0, 0, 12, miss),
    after: outcome(12, 0, 0, miss),
    saving: 12 * (miss - 1),
    saving_low: 12 * (miss - 1) * 0.6,
    saving_high: 12 * (miss - 1) * 1.4,
    held_out: {
      parts: 5,
      outcome: outcome(12, 0, 0, miss),
      saving: 12 * (miss - 1),
      saving_low: 12 * (miss - 1) * 0.6,
      saving_high: 12 * (miss - 1) * 1.4,
      precision: { rate: 1, low: 0.76, high: 1 },
      recall: { rate: 1, low: 0.76, high: 1 },
    },
    curve,
    labels_used: 24,
    changed: 12,
    state: "open",
    answered_by: "",
    answered_at: null,
    answer_reason: "",
  };
}

function words(): ProposalView {
  return {
    ...lower(5),
    id: "b".repeat(64),
    rules: ["asked"],
    says: "asked: the word set human also with “refund”",
    kind: "words",
    line: "",
    fact: "",
    old_limit: "",
    new_limit: "",
    set: "human",
    terms: [{ text: "refund", needed: 9, others: 0, log_odds: 3.9, low: 1.0, high: 6.8 }],
    diff: [
      { kind: "removed", text: 'human = ["human"]' },
      { kind: "added", text: 'human = ["human", "refund"]' },
    ],
    curve: [],
  };
}

const answers = new Map<string, { accept: boolean; reason: string; at: number }>();

/** Proposals of a rehearsal: a limit and a word. */
export const proposals: Handlers = {
  proposals_get: ({ miss_cost }, { world }) => {
    const miss = miss_cost ?? 5;
    // Where a miss costs no more than a handoff, nobody needs to be brought in.
    const all = world.rows.length === 0 || miss <= 1 ? [] : [lower(miss), words()];
    return {
      proposals: all
        .filter((one) => answers.get(one.id)?.accept !== true)
        .map((one) => {
          const answer = answers.get(one.id);
          return answer
            ? {
                ...one,
                state: "dismissed",
                answered_by: world.session.agent.display_name,
                answered_at: answer.at,
                answer_reason: answer.reason,
              }
            : one;
        }),
      labels: world.rows.length === 0 ? 0 : 24,
      fewest: 10,
      enough: 30,
      miss_cost: miss,
      ruleset: "c".repeat(64),
    };
  },
  proposal_answer: ({ id, accept, reason }, { world, touch }) => {
    if (reason.trim() === "") throw ApiFailure.status(400);
    answers.set(id, { accept, reason, at: world.now() });
    touch("proposals", "rules");
    return { ruleset: "d".repeat(64) };
  },
};

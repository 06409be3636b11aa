import type { BacktestView, MetricView, RuleForm } from "../../api/generated/wire";

// The back-test of a rehearsal: a made-up month, worked through in three steps.

function metric(
  name: string,
  says: string,
  unit: string,
  [old, next]: readonly [number, number],
  [low, high]: readonly [number | null, number | null],
  more: Partial<MetricView> = {},
): MetricView {
  return {
    name,
    says,
    unit,
    old,
    new: next,
    delta: next - old,
    low,
    high,
    n: 12_430,
    old_share: null,
    new_share: null,
    p: null,
    kind: "exact",
    note: "",
    ...more,
  };
}

const METRICS: readonly MetricView[] = [
  metric(
    "handoffs",
    "Conversations handed to people",
    "conversations",
    [1_883, 1_697],
    [-214, -158],
  ),
  metric(
    "first_contact_handoff",
    "Handed over at the first message",
    "conversations",
    [402, 402],
    [0, 0],
  ),
  metric("review_items", "Drafts that a person reads first", "drafts", [96, 96], [0, 0]),
  metric("reviewer_minutes", "Minutes of reading drafts in a week", "minutes", [61, 61], [-3, 3], {
    kind: "estimate",
    note: "By the median time a person took for a draft.",
  }),
  metric(
    "missed_escalations",
    "Kept by the bot, though a person was needed",
    "conversations",
    [38, 71],
    [4, 96],
    { kind: "bound", note: "Of 112 conversations 21 have a label; all else is possible." },
  ),
  metric(
    "ping_pong",
    "Three changes of control in a day or more",
    "conversations",
    [27, 19],
    [-14, -2],
  ),
];

function load(same: boolean) {
  return Array.from({ length: 168 }, (_, at) => {
    const hour = at % 24;
    const weekday = at < 120;
    const office = hour >= 8 && hour <= 18;
    const old = Math.round(
      (weekday ? 1 : 0.3) * (office ? 9 + 7 * Math.sin(((hour - 8) / 10) * Math.PI) : 1.2),
    );
    return { old, new: same ? old : Math.round(old * (office ? 0.86 : 1.2)) };
  });
}

/** Returns how far a back-test is and what it has found. */
export function replayed(
  job: { cancelled: boolean; polled: number },
  same: boolean,
  ruleset: string,
  now: number,
  rules: readonly RuleForm[],
): BacktestView {
  const total = 96_208;
  const running = job.polled < 3 && !job.cancelled;
  const done = job.cancelled ? 41_000 : Math.min(total, job.polled * 32_070);
  const quiet = running || job.cancelled;
  return {
    state: job.cancelled ? "cancelled" : running ? "running" : "done",
    error: "",
    done: quiet ? done : total,
    total,
    ruleset,
    against: "b3:00000000",
    span: [now - 28 * 86_400_000, now],
    points: quiet ? 0 : total,
    differences: quiet || same ? 0 : 241,
    other_reason: quiet || same ? 0 : 17,
    conversations: quiet ? 0 : 12_430,
    differing: quiet || same ? 0 : 186,
    diverged: quiet || same ? 0 : 112,
    between: quiet || same ? 0 : 4,
    recorded: quiet ? 0 : total,
    faithful: quiet ? 0 : total,
    without_text: 0,
    metrics: quiet
      ? []
      : METRICS.map((one) => (same ? { ...one, new: one.old, delta: 0, low: 0, high: 0 } : one)),
    queue_load: quiet ? [] : load(same),
    sla: {
      same: 12_318,
      same_missed: 204,
      open: 112,
      open_missed: 9,
      says: "No promise of a conversation that goes the same way changes.",
    },
    rules: quiet
      ? []
      : rules.map((one, at) => ({
          rule: one.id,
          old: { matched: 1_264 - at * 180, acted: 1_198 - at * 175 },
          new:
            one.id === "bot-stuck" && !same
              ? { matched: 842, acted: 798 }
              : { matched: 1_264 - at * 180, acted: 1_198 - at * 175 },
          near: at === 3 ? [{ row: 1, text: "bot.failures >= 2", points: 208 }] : [],
        })),
  };
}

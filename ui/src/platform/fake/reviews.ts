import type { Answer, CommandName, Request } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { Grounds, ReviewEnd, ReviewView } from "../../api/generated/wire";
import type { Stage } from "./commands";
import type { World } from "./world";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

const MINUTE = 60_000;
const CODES = [
  "wrong_facts",
  "promises_too_much",
  "against_policy",
  "misses_the_question",
  "wrong_tone",
  "other",
];
const WORDS = [
  "I have looked at your invoice. We refund 20 € to your card today.\n\nIs there anything else?",
  "Our terms give you 5 years on the frame, so we repair it for nothing.",
];

const kept = new WeakMap<World, ReviewView[]>();
const rejected = new Map<string, string>();

function drafts(world: World): ReviewView[] {
  const known = kept.get(world);
  if (known) return known;
  const rows = world.rows.filter((row) => row.control.kind === "bot").slice(0, WORDS.length);
  const made = rows.map((row, at): ReviewView => {
    const heldAt = world.now() - (9 - 3 * at) * MINUTE;
    return {
      draft: `msg_draft_${at}`,
      conversation: row.id,
      row: world.session.bounded ? null : row,
      text: WORDS[at] ?? "",
      subject: "",
      erased: false,
      grounded: at === 0 ? { sources: 1, unsupported: 2 } : null,
      author: `bot:${row.control.name}`,
      author_display: row.control.name,
      rule: "money-in-a-draft",
      policy: "Money is promised by people, not by machines.",
      reason: "the draft speaks of money",
      decision: null,
      reviewers: ["queue:billing"],
      held_at: heldAt,
      due_at: heldAt + 15 * MINUTE,
      packet: {
        customer_goal: "A refund for an invoice that was paid twice",
        summary: { text: "2 messages in this episode. The bot answered once.", author: "template" },
        facts: [{ key: "invoice", value: "2026-1174", source: "customer", verified: true }],
      },
      settled: null,
    };
  });
  kept.set(world, made);
  return made;
}

function settle(stage: Stage, draft: string, end: Partial<ReviewEnd>): ReviewView {
  const all = drafts(stage.world);
  const one = all.find((each) => each.draft === draft && each.settled === null);
  if (!one) {
    throw new ApiFailure({
      code: "draft_gone",
      message: "The draft does not wait any more.",
      hint: "Somebody was faster, or control has gone elsewhere.",
      notice: true,
    });
  }
  const settled: ReviewEnd = {
    how: "approved",
    by: "Anna",
    code: null,
    at: stage.world.now(),
    waited_ms: stage.world.now() - one.held_at,
    changes: [],
    ...end,
  };
  kept.set(
    stage.world,
    all.map((each) => (each.draft === draft ? { ...each, settled } : each)),
  );
  stage.touch("reviews");
  return one;
}

/** Puts a draft back whose rejection was taken back; whether there was one. */
export function takeBackReview(of: string, { world, touch }: Stage): boolean {
  const draft = rejected.get(of);
  if (draft === undefined) return false;
  kept.set(
    world,
    drafts(world).map((one) => (one.draft === draft ? { ...one, settled: null } : one)),
  );
  touch("reviews");
  return true;
}

/** What the words of the first draft, and those of a message, stand on in a rehearsal. */
const GROUNDS: Grounds = {
  claims: [
    { text: "I have looked at your invoice.", cites: [], support: "uncited" },
    { text: "We refund 20 € to your card today.", cites: [1], support: "other_number" },
    { text: "Is there anything else?", cites: [1], support: "supported" },
  ],
  sources: [
    {
      source: { kind: "document", title: "Returns and refunds", name: "returns.md" },
      state: "there",
      heading: "Returns › Refunds",
      text: "A refund is on its way within two days and takes up to three working days to arrive.",
    },
  ],
};

const SAID: Grounds = {
  claims: [
    { text: "Thank you for writing.", cites: [], support: "uncited" },
    {
      text: "A refund takes up to three working days to arrive.",
      cites: [1],
      support: "supported",
    },
  ],
  sources: GROUNDS.sources,
};

// What stays keeps what was seen of it; of anything else a rehearsal knows nothing.
function heldAgainst(known: Grounds, text: string): Grounds["claims"] {
  const said = text.split(/(?<=[.!?])\s+/u).filter(Boolean);
  return said.map(
    (one) =>
      known.claims.find((claim) => claim.text === one) ?? {
        text: one,
        cites: [],
        support: "uncited",
      },
  );
}

/** Drafts that people read before customers do, in a rehearsal. */
export const reviews: Handlers = {
  grounds_get: ({ message, text }) => {
    const known = message.startsWith("msg_draft") ? GROUNDS : SAID;
    return text === null ? known : { ...known, claims: heldAgainst(known, text) };
  },
  reviews_get: (_, { world }) => {
    const all = drafts(world);
    const settled = all.filter((one) => one.settled !== null);
    const of = (how: string) => settled.filter((one) => one.settled?.how === how).length;
    const counted = {
      approved: of("approved"),
      edited: of("edited"),
      rejected: of("rejected"),
      expired: 0,
      withdrawn: 0,
      median_minutes: 6,
    };
    return {
      waiting: all.filter((one) => one.settled === null),
      for_others: 0,
      settled,
      figures:
        settled.length === 0
          ? []
          : [
              { rule: null, ...counted },
              { rule: "money-in-a-draft", ...counted },
            ],
      codes: CODES,
    };
  },
  review_approve: ({ draft, text }, stage) => {
    const one = settle(stage, draft, text === null ? {} : { how: "edited" });
    return {
      conversation: one.conversation,
      outbox: `out_${draft}`,
      undo_until: stage.world.now() + 10_000,
    };
  },
  review_recall: ({ draft }, { world, touch }) => {
    kept.set(
      world,
      drafts(world).map((one) => (one.draft === draft ? { ...one, settled: null } : one)),
    );
    touch("reviews");
    return {};
  },
  review_reject: ({ draft, code }, stage) => {
    const one = settle(stage, draft, { how: "rejected", code });
    rejected.set(`cmd_${draft}`, draft);
    return { conversation: one.conversation, undo: `cmd_${draft}` };
  },
  review_move: ({ draft, to }, { world, touch }) => {
    kept.set(
      world,
      drafts(world).map((one) => (one.draft === draft ? { ...one, reviewers: [to] } : one)),
    );
    touch("reviews");
    const found = drafts(world).find((one) => one.draft === draft);
    return { conversation: found?.conversation ?? "", undo: null };
  },
};

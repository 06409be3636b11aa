import type { Answer, CommandName, Request } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { ConversationHead, ConversationRow } from "../../api/generated/wire";
import { backtests } from "./backtests";
import { bots } from "./bots";
import { decisionOf, decisionsOf, housekeeping } from "./house";
import { knowledge } from "./knowledge";
import { labels, takeBackLabel } from "./labels";
import { macros } from "./macros";
import { proposals } from "./proposals";
import { reviews, takeBackReview } from "./reviews";
import { ruling } from "./rules";
import { packetOf } from "./stream";
import { outboxOf, streamIn, talk } from "./talk";
import { controlOf, rowsOf, VIEW_KEYS, type World } from "./world";

/** How many matches of a search a rehearsal looks at. */
const LOOK_AT = 200;

/** What a rehearsed command gets: the world, and a way to say what it touched. */
export interface Stage {
  readonly world: World;
  readonly touch: (...tags: string[]) => void;
}

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

function find(world: World, id: string): ConversationRow {
  const row = world.rows.find((one) => one.id === id);
  if (!row) {
    throw new ApiFailure({
      code: "not_found",
      message: "There is no such conversation.",
      hint: "It may have been removed.",
      notice: false,
    });
  }
  return row;
}

const before = new Map<string, ConversationRow>();
let acts = 0;

function act(stage: Stage, id: string, change: (row: ConversationRow) => Partial<ConversationRow>) {
  const row = find(stage.world, id);
  acts += 1;
  const undo = `cmd_${acts}`;
  before.set(undo, row);
  stage.world.rows = stage.world.rows.map((one) =>
    one.id === id ? { ...one, ...change(one) } : one,
  );
  stage.touch("views", `conversation:${id}`, "alerts");
  return { conversation: id, undo };
}

function pageOf<T>(all: readonly T[], cursor: string | null, limit: number) {
  const from = cursor === null ? 0 : Number(cursor);
  const rows = all.slice(from, from + limit);
  const next = from + limit < all.length ? String(from + limit) : null;
  return { rows, next };
}

function headOf(world: World, id: string): ConversationHead {
  const row = find(world, id);
  const now = world.now();
  return {
    row,
    episode: 1,
    opened_at: now - 26 * 60_000,
    sla: "standard",
    clocks: row.clock ? [row.clock] : [],
    offer: world.offers.get(id) ?? null,
    packet: packetOf(row, now),
    ladder: row.escalated ? "urgent" : null,
    ladder_next_at: row.escalated ? now + 2 * 60_000 : null,
    outbox: outboxOf(world, row),
    can: canOf(world, row),
    decision: row.id === "cnv_hero" ? "dcn_hero" : null,
    sentence:
      row.id === "cnv_hero"
        ? "Went to the queue Billing because the bot is stuck: 2 failures in a row (limit 2)."
        : "",
    undo: null,
  };
}

function canOf(world: World, row: ConversationRow): string[] {
  if (row.status === "solved") return ["reopen", "reply", "note"];
  const rest = ["pass", "return_to_bot", "resolve", "snooze", "note"];
  if (row.channel_kind !== "import") rest.push("reply");
  // The bot of the mailboxes hears no whispers.
  if (row.control.kind === "bot" && row.channel_kind !== "email") rest.push("whisper");
  if (world.offers.get(row.id)?.to_me) rest.push("offer_accept", "offer_reject");
  return row.control.mine ? ["release", ...rest] : ["take", "request", ...rest];
}

/** The commands that a rehearsal carries out. */
export const HANDLERS: Handlers = {
  ...housekeeping,
  ...bots,
  ...talk,
  ...macros,
  ...labels,
  ...knowledge,
  ...ruling,
  ...backtests,
  ...proposals,
  ...reviews,
  views_get: (_, { world }) => ({
    builtin: VIEW_KEYS.map((key) => {
      const rows = rowsOf(world, key);
      return { key, total: rows.length, unread: rows.filter((row) => row.unread > 0).length };
    }),
    saved:
      world.rows.length === 0
        ? []
        : [
            {
              id: "s1",
              name: "Billing this week",
              query: "tag:billing after:7d",
            },
            {
              id: "s2",
              name: "Enterprise, unanswered",
              query: "tier:enterprise is:waiting",
            },
          ],
    outbox_waiting: 0,
    outbox_trouble: world.rows.some((row) => row.send_trouble) ? 1 : 0,
  }),
  conversation_list: ({ view, order, cursor, limit }, { world }) => {
    const rows = rowsOf(world, view);
    if (order === "due") {
      rows.sort((a, b) => (a.clock?.due_at ?? Infinity) - (b.clock?.due_at ?? Infinity));
    }
    return { ...pageOf(rows, cursor, limit), total: rows.length };
  },
  conversation_get: ({ id }, { world }) => headOf(world, id),
  timeline_get: ({ conversation, before, limit }, { world }) => {
    const all = streamIn(world, find(world, conversation));
    const end = before === null ? all.length : all.findIndex((entry) => entry.key >= before);
    const start = Math.max(0, end - limit);
    return { entries: all.slice(start, end), older: start > 0, newer: end < all.length };
  },
  search: ({ query, cursor, limit }, { world }) => {
    const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const hits = world.rows.filter((row) => {
      const text = `${row.subject} ${row.snippet} ${row.contact.name} ${row.tags.join(" ")}`;
      return words.every((word) => text.toLocaleLowerCase().includes(word));
    });
    const page = pageOf(hits.slice(0, LOOK_AT), cursor, limit);
    return {
      hits: page.rows.map((row) => ({
        row,
        message: `msg_${row.id}`,
        snippet: [{ text: row.snippet, hit: false }],
      })),
      next: page.next,
      did_you_mean: hits.length === 0 && query.length > 3 ? "invoice" : null,
      stopped_early: page.next === null && hits.length > LOOK_AT,
      took_ms: 1.4,
    };
  },
  contact_get: ({ contact }, { world }) => {
    const rows = world.rows.filter((row) => row.contact.id === contact);
    const [first] = rows;
    if (!first) throw ApiFailure.status(404);
    const own = { contact, joined: null };
    return {
      contact: first.contact,
      alike: [],
      identities: [
        { kind: "email", address: first.contact.address, level: "verified", ...own },
        {
          kind: "email",
          address: `billing@${first.contact.address.split("@")[1]}`,
          level: "seen",
          ...own,
        },
        { kind: "chat", address: first.contact.name.toLocaleLowerCase(), level: "claimed", ...own },
      ],
      first_seen: world.now() - 400 * 86_400_000,
      last_seen: first.last_at,
      attributes: { plan: first.contact.tier || "free", seats: "11" },
      conversations: rows.slice(0, 50),
      total: rows.length,
    };
  },
  take: ({ conversation }, stage) =>
    act(stage, conversation, () => ({
      control: controlOf("agent", "anna", stage.world.now()),
      escalated: false,
    })),
  release: ({ conversation }, stage) =>
    act(stage, conversation, () => ({ control: controlOf("nobody", "", stage.world.now()) })),
  pass: ({ conversation, to, offer_seconds: seconds }, stage) => {
    const [kind = "queue", name = "support"] = to.split(":");
    if (seconds !== null) {
      const now = stage.world.now();
      stage.world.offers.set(conversation, {
        id: "off_1",
        to,
        to_me: false,
        made_at: now,
        expires_at: now + seconds * 1000,
        warm: true,
      });
      return act(stage, conversation, () => ({}));
    }
    return act(stage, conversation, () => ({ control: controlOf(kind, name, stage.world.now()) }));
  },
  return_to_bot: ({ conversation }, stage) =>
    act(stage, conversation, () => ({ control: controlOf("bot", "", stage.world.now()) })),
  resolve: ({ conversation }, stage) =>
    act(stage, conversation, () => ({
      status: "solved",
      clock: null,
      escalated: false,
      control: controlOf("nobody", "", stage.world.now()),
    })),
  reopen: ({ conversation }, stage) => act(stage, conversation, () => ({ status: "open" })),
  snooze: ({ conversation, until }, stage) =>
    act(stage, conversation, () => ({ status: "snoozed", snoozed_until: until })),
  status_set: ({ conversation, status }, stage) => act(stage, conversation, () => ({ status })),
  priority_set: ({ conversation, priority }, stage) =>
    act(stage, conversation, () => ({ priority })),
  offer_accept: ({ conversation }, stage) => {
    stage.world.offers.delete(conversation);
    return act(stage, conversation, () => ({
      control: controlOf("agent", "anna", stage.world.now()),
    }));
  },
  offer_reject: ({ conversation }, stage) => {
    stage.world.offers.delete(conversation);
    return act(stage, conversation, () => ({}));
  },
  request: ({ conversation }) => ({ conversation, undo: null }),
  tags_set: ({ conversation, add, remove }, stage) =>
    act(stage, conversation, (row) => ({
      tags: [...new Set([...row.tags.filter((tag) => !remove.includes(tag)), ...add])],
    })),
  undo: ({ conversation, of }, stage) => {
    if (takeBackLabel(of, stage) || takeBackReview(of, stage)) return { conversation, undo: null };
    const back = before.get(of);
    if (back) act(stage, conversation, () => back);
    return { conversation, undo: null };
  },
  mark_read: ({ conversation }, stage) => {
    act(stage, conversation, () => ({ unread: 0 }));
    return {};
  },
  alerts_get: (_, { world }) => ({
    alerts: world.rows
      .filter((row) => row.escalated)
      .map((row) => ({
        row,
        reason:
          row.id === "cnv_hero"
            ? "The bot is stuck, and an enterprise customer waits"
            : "Legal wording: Article 15",
        since: row.control.since,
        due_at: row.clock?.due_at ?? null,
        urgent: true,
      })),
  }),
  decision_get: ({ decision }, { world }) => decisionOf(world.now(), decision),
  decision_list: ({ conversation }, { world }) => ({
    decisions: conversation === "cnv_hero" ? decisionsOf(world.now()) : [],
  }),
  contact_set: ({ contact, name, tier }, { world, touch }) => {
    world.rows = world.rows.map((row) =>
      row.contact.id === contact ? { ...row, contact: { ...row.contact, name, tier } } : row,
    );
    touch("views", `contact:${contact}`, ...world.rows.map((row) => `conversation:${row.id}`));
    return {};
  },
  contact_erase: ({ contact }, { world, touch }) => {
    const theirs = world.rows.filter((row) => row.contact.id === contact);
    world.rows = world.rows.map((row) =>
      row.contact.id === contact
        ? { ...row, subject: "", snippet: "", contact: { ...row.contact, name: "?", address: "" } }
        : row,
    );
    touch("views", `contact:${contact}`, ...theirs.map((row) => `conversation:${row.id}`));
    return { conversations: theirs.length, messages: theirs.length, contents: theirs.length };
  },
  packet_mark: () => ({}),
  receipts_get: ({ conversation }, { world }) => {
    const row = find(world, conversation);
    if (conversation !== "cnv_hero") return { receipts: [] };
    const now = world.now();
    return {
      receipts: [
        {
          handoff: "hnd_hero",
          from: "bot:mira",
          to: `queue:${row.control.name}`,
          reason: "repeated_failure",
          steps: [
            {
              status: "requested",
              at: now - 180_000,
              by: "bot:mira",
              seconds_waiting: 0,
              text: "",
            },
          ],
          missing: ["identity"],
          readings: [],
          useful: null,
          lacking: [],
          asked_again: [],
        },
      ],
    };
  },
  asked_again_get: ({ text }) => ({
    found: /invoice number[^?]*\?/i.test(text)
      ? [{ about: "invoice_number", known: "2026-1174", in_packet: true }]
      : [],
  }),
};

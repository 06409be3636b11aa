import type {
  ConversationRow,
  Entry,
  MessageView,
  PacketView,
  What,
} from "../../api/generated/wire";
import { longStreamOf } from "./letters";

const MINUTE = 60_000;

/** Returns the stream of a conversation: a stumbling bot for the first, a plain exchange for the others. */
export function streamOf(row: ConversationRow, now: number): Entry[] {
  const customer = { name: row.contact.name, address: row.contact.address };
  const us = { name: "Harbour Supply", address: "help@harbour.example" };
  const entries: Entry[] = [];
  const add = (minutesAgo: number, actor: string, actor_display: string, what: What) => {
    entries.push({
      key: `k${String(entries.length).padStart(5, "0")}`,
      at: now - minutesAgo * MINUTE,
      actor,
      actor_display,
      what,
    });
  };
  const said = (author: string, text: string, rest: Partial<MessageView> = {}): What => ({
    type: "message",
    ...message(`msg_${row.id}_${entries.length}`, author, text, {
      from: author === "customer" ? customer : us,
      to: [author === "customer" ? us : customer],
      subject: row.subject,
      ...rest,
    }),
  });

  const long = longStreamOf(row, now);
  if (long) return long;
  if (row.id !== "cnv_hero") {
    add(
      95,
      "customer",
      customer.name,
      said("customer", `Hello,\n\n${row.snippet}\n\nKind regards\n${customer.name}`),
    );
    add(
      93,
      "bot:mira",
      "Mira",
      said("bot", "Thank you for writing. A refund takes up to three working days to arrive.", {
        grounded: row.id === "cnv_000002" ? { sources: 1, unsupported: 1 } : null,
      }),
    );
    add(5, "customer", customer.name, said("customer", row.snippet));
    return entries;
  }

  add(
    26,
    "customer",
    customer.name,
    said(
      "customer",
      "Hello,\n\nI can see two payments of 480 euros on my statement, both from Monday, both with the number of the November invoice. Could you please refund one of them?\n\nOur order is 20418, the account is northwind-labs.",
      {
        folded: [
          {
            kind: "signature",
            text: "Lena Okafor\nFinance, Northwind Labs\n+44 20 7946 0812",
            lines: 3,
          },
        ],
      },
    ),
  );
  add(
    25,
    "bot:mira",
    "Mira",
    said(
      "bot",
      "Hello Lena, I am sorry about that. I found the invoice INV-1187 for order 20418. Could you tell me the last four digits of the card?",
    ),
  );
  add(
    14,
    "customer",
    customer.name,
    said(
      "customer",
      "It was not a card, it was a direct debit from our business account. Both on Monday the 16th, 480.00 each.",
    ),
  );
  add(
    13,
    "bot:mira",
    "Mira",
    said("bot", "Thank you. Could you tell me the last four digits of the card that was charged?"),
  );
  add(13, "bot:mira", "Mira", { type: "bot_failure", code: "unsupported_request" });
  add(
    4,
    "customer",
    customer.name,
    said(
      "customer",
      "As I said, there is no card. This is the second time I answer this. Please let me talk to a person, we have to close our books on Friday.",
    ),
  );
  add(3, "rule:bot-stuck", "Rules", {
    type: "decision",
    decision: "dcn_hero",
    sentence: "Went to the queue Billing because the bot is stuck: 2 failures in a row (limit 2).",
    acted: ["bot-stuck", "vip-first"],
  });
  add(3, "rule:bot-stuck", "Rules", {
    type: "control",
    verb: "pass",
    from: "bot:mira",
    to: "queue:billing",
    code: "repeated_failure",
    text: "The bot is stuck: 2 failures in a row (limit 2).",
    rule: "bot-stuck",
    packet: true,
  });
  add(3, "rule:vip-first", "Rules", {
    type: "alert",
    agents: ["anna", "bo"],
    reason: "Enterprise customer waits for a first answer by a person",
    rung: 1,
  });
  add(
    1,
    "agent:bo",
    "Bo Castellanos",
    said(
      "agent",
      "I looked: the bank retried the debit, so both did go through. Finance can send one back today, they need a written confirmation.",
      {
        direction: "internal",
        from: { name: "Bo Castellanos", address: "bo@harbour.example" },
        to: [],
      },
    ),
  );
  return entries;
}

/** Returns a message with everything that is not said as it mostly is. */
export function message(
  id: string,
  author: string,
  text: string,
  rest: Partial<MessageView>,
): MessageView {
  return {
    id,
    direction: author === "customer" ? "inbound" : "outbound",
    author,
    kind: "message",
    from: { name: "", address: "" },
    to: [],
    cc: [],
    reply_to: [],
    subject: "",
    text,
    folded: [],
    has_html: false,
    attachments: [],
    warnings: [],
    problems: [],
    join: "reference",
    imported: false,
    erased: false,
    has_source: true,
    report: null,
    claimed_date: null,
    outbox: null,
    whispered: null,
    grounded: null,
    ...rest,
  };
}

/** Returns the packet that came with the first conversation. */
export function packetOf(row: ConversationRow, now: number): PacketView | null {
  if (row.id !== "cnv_hero") return null;
  return {
    handoff: "hnd_hero",
    missing: ["identity"],
    read_at: null,
    read_by_me: false,
    lacking: [],
    useful: null,
    packet: {
      schema: "baton.packet/1",
      consent: { email: true, sms: false },
      redactions: ["card number"],
      handoff_id: "hnd_hero",
      conversation_id: row.id,
      episode: 1,
      control_epoch: 3,
      created_at: now - 3 * MINUTE,
      direction: "bot_to_human",
      from: { kind: "bot", name: "mira" },
      to: { kind: "queue", name: "billing" },
      requested_by: "rule",
      reason: {
        code: "repeated_failure",
        text: "The bot is stuck: 2 failures in a row (limit 2).",
      },
      summary: {
        text: "Charged twice by direct debit for INV-1187. The bot asked twice for a card that does not exist.",
        author: "bot",
      },
      customer_goal: "Get one of two payments of 480.00 EUR back",
      open_questions: ["Which of the two debits should be returned?"],
      promises: [{ text: "An answer by a person today", due_at: now + 6 * MINUTE, by: "bot:mira" }],
      next_step: "Confirm the refund in writing before Friday",
      facts: [
        { key: "order", value: "20418", source: "customer", confidence: 1, verified: true },
        { key: "invoice", value: "INV-1187", source: "billing", confidence: 1, verified: true },
        {
          key: "amount",
          value: "480.00 EUR, twice",
          source: "customer",
          confidence: 0.9,
          verified: false,
        },
        {
          key: "paid by",
          value: "direct debit",
          source: "customer",
          confidence: 1,
          verified: false,
        },
      ],
      attempted: [
        { step: "Found the invoice by the order number", result: "done" },
        { step: "Asked for the last four digits of a card", result: "failed" },
        { step: "Asked for the same digits again", result: "failed" },
      ],
      language: "en",
      intent: { name: "refund", confidence: 0.58, alternatives: ["payment_method"] },
      sentiment: { label: "impatient", score: -0.5 },
      related: [{ conversation_id: "cnv_000001", why: "The same invoice, in October" }],
    },
  };
}

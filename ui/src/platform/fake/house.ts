import type { Answer, CommandName, Request } from "../../api/client";
import type { Candidate, DecisionBrief, DecisionView, MailConfig } from "../../api/generated/wire";
import type { Stage } from "./commands";
import { BOT } from "./people";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

const saved: MailConfig[] = [];

function mailConfig(address: string, host: string): MailConfig {
  return {
    address,
    display_name: "Harbour Supply",
    imap: { host: `imap.${host}`, port: 993, security: "tls", login: address },
    smtp: { host: `smtp.${host}`, port: 465, security: "tls", login: address },
    auth: "password",
    oauth_provider: "",
    oauth_client: "",
    folders: [],
    keep_sent: true,
    queue: "support",
    history_days: 90,
  };
}

/** Settings, channels and health of a rehearsal. */
export const housekeeping: Handlers = {
  session_get: (_, { world }) => world.session,
  settings_set: ({ settings }, { world, touch }) => {
    world.session = { ...world.session, settings };
    touch("settings");
    return settings;
  },
  profile_set: (change, { world, touch }) => {
    const agent = { ...world.session.agent, ...change };
    world.session = { ...world.session, agent };
    touch("session");
    return agent;
  },
  saved_search_remove: () => ({}),
  saved_search_put: ({ name, query }) => ({ id: "s9", name, query }),
  channel_list: (_, { world }) => ({
    channels:
      world.rows.length === 0 && saved.length === 0
        ? []
        : [
            channel("chn_mail", "help@harbour.example", "live", "", ""),
            {
              ...channel("chn_b", "rechnung@harbour.example", "catching_up", "", ""),
              done: 1_840,
              total: 6_215,
            },
            channel(
              "chn_c",
              "press@harbour.example",
              "needs_attention",
              "The server refused the password.",
              "Enter the new one, or make an app password.",
            ),
            ...saved.map((config) => channel(config.address, config.address, "connecting", "", "")),
          ],
  }),
  channel_discover: ({ address }) => {
    const host = address.split("@")[1] ?? "";
    const best: Candidate = {
      source: "autoconfig",
      config: mailConfig(address, host),
      note: "This provider wants an app password: your usual password will be refused.",
    };
    return {
      candidates: [
        best,
        { ...best, source: "guess", config: mailConfig(address, `mail.${host}`), note: "" },
      ],
    };
  },
  channel_test: ({ secret }) => {
    const ok = secret !== "wrong";
    return {
      ok,
      folders: [
        { name: "INBOX", role: "inbox" },
        { name: "Sent", role: "sent" },
        { name: "Orders", role: "" },
      ],
      authserv_id: ok ? "mx.harbour.example" : null,
      steps: [
        { step: "imap_connect", ok: true, text: "TLS 1.3", hint: "" },
        {
          step: "imap_login",
          ok,
          text: ok ? "Four folders." : "The server refused the password.",
          hint: ok ? "" : "Make an app password in the settings of the provider.",
        },
        { step: "smtp_connect", ok: true, text: "TLS 1.3", hint: "" },
        { step: "smtp_login", ok, text: "", hint: "" },
      ],
    };
  },
  channel_put: ({ id, config }, { touch }) => {
    if (id === null) saved.push(config);
    touch("channels");
    return channel(config.address, config.address, "connecting", "", "");
  },
  channel_retry: () => ({}),
  channel_remove: () => ({}),
  health_get: (_, { world }) => ({
    checks: [
      {
        code: "log",
        state: "ok",
        text: "The log is whole: every event follows the one before it.",
        hint: "",
      },
      { code: "disk", state: "ok", text: "41 GB are free.", hint: "" },
      {
        code: "channels",
        state: "bad",
        text: "One channel needs you: press@harbour.example.",
        hint: "The server refused the password.",
      },
      {
        code: "outbox",
        state: "warn",
        text: "One message is in doubt.",
        hint: "Say whether it was sent, or send it again.",
      },
      { code: "backup", state: "ok", text: "The last backup is from this night.", hint: "" },
    ],
    figures: {
      conversations: world.rows.length,
      messages: world.rows.length * 5,
      events: world.rows.length * 21,
      database_bytes: 48_210_944,
    },
    folder: "~/.local/share/baton/harbour",
    secrets: "The key store of the system",
  }),
  audit_verify: (_, { world }) => ({
    ok: true,
    events: world.rows.length * 21,
    heads: { "desk of Anna": "9f2c41d07a6be83350fd18ac4471e62b90c5d7f8a3b16e204c7d95ab0e81f63a" },
    problems: [],
  }),
  workspace_mend: (_, { world }) => ({ events: world.rows.length * 21 }),
  backup_make: () => ({
    path: "~/.local/share/baton/harbour/backups/2026-11-20.db",
    bytes: 48_210_944,
  }),
  demo_restart: () => ({}),
};

function channel(id: string, address: string, state: string, detail: string, hint: string) {
  return {
    id,
    kind: "email",
    name: address,
    address,
    state,
    since: Date.UTC(2026, 10, 20, 8, 2),
    detail,
    hint,
    done: 0,
    total: 0,
    folders: ["INBOX"],
    waiting: id === "chn_c" ? 2 : 0,
    bots: id === "chn_mail" ? ["aaron", BOT] : [],
    config: mailConfig(address, address.split("@")[1] ?? ""),
  };
}

/** Returns the decisions about the first conversation, the newest first. */
export function decisionsOf(now: number): DecisionBrief[] {
  return [
    {
      id: "dcn_hero",
      at: now - 180_000,
      on: "customer.message",
      sentence:
        "Went to the queue Billing because the bot is stuck: 2 failures in a row (limit 2).",
      acted: ["bot-stuck", "vip-first"],
    },
    {
      id: "dcn_first",
      at: now - 26 * 60_000,
      on: "customer.message",
      sentence: "Got the first reply promise of an hour because the customer is enterprise.",
      acted: ["vip-promise"],
    },
  ];
}

/** Returns a decision about the first conversation: the one that sent it to the queue. */
export function decisionOf(now: number, id: string): DecisionView {
  return {
    id,
    conversation: "cnv_hero",
    at: now - 180_000,
    on: "customer.message",
    ruleset: "v14",
    policy: "Harbour",
    sentence: "Went to the queue Billing because the bot is stuck: 2 failures in a row (limit 2).",
    result: [
      { slot: "control", value: "queue:billing", by: "bot-stuck" },
      { slot: "priority", value: "urgent", by: "vip-first" },
      { slot: "ladder", value: "urgent", by: "vip-first" },
    ],
    matched: [
      {
        id: "bot-stuck",
        reason: "The bot is stuck",
        why: "A customer should not repeat themselves to a machine.",
        acted: true,
        held_back: "",
        flip: "One failure in a row instead of 2 would have left it with the bot.",
        rows: [
          condition(
            "bot.failures >= 2",
            "bot.failures",
            "failures of the bot in a row",
            ">=",
            "2",
            "2",
            "true",
            0,
          ),
          condition(
            'conv.control == "bot"',
            "conv.control",
            "who holds the baton",
            "==",
            "bot",
            "bot",
            "true",
            null,
          ),
        ],
      },
    ],
    near: [
      {
        id: "angry-customer",
        reason: "The customer is angry",
        why: "Anger grows with each automatic answer.",
        acted: false,
        held_back: "",
        flip: "A sentiment of -0.60 or less would have matched.",
        rows: [
          condition(
            "msg.sentiment <= -0.6",
            "msg.sentiment",
            "mood of the newest message",
            "<=",
            "-0.60",
            "-0.52",
            "false",
            0.13,
          ),
          condition(
            'conv.language == "en"',
            "conv.language",
            "language of the customer",
            "==",
            "en",
            "",
            "unknown",
            null,
          ),
        ],
      },
    ],
    others: [],
    shadow: [],
    would: [],
    unknown: ["conv.language"],
    next_flip: now + 360_000,
  };
}

function condition(
  text: string,
  fact: string,
  about: string,
  op: string,
  limit: string,
  value: string,
  truth: string,
  gap: number | null,
) {
  return { text, fact, about, op, limit, value, truth, gap, via: "" };
}

import type { Answer, CommandName, Request } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type {
  ConversationRow,
  Draft,
  Entry,
  MessageView,
  OutgoingView,
  ReplySend,
} from "../../api/generated/wire";
import type { Stage } from "./commands";
import { ENDLESS_ID, endlessStream } from "./endless";
import { message, streamOf } from "./stream";
import { controlOf, type World } from "./world";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

/** Returns the stream of a conversation, as it was told and as it went on. */
export function streamIn(world: World, row: ConversationRow): Entry[] {
  let stream = world.streams.get(row.id);
  if (!stream) {
    const endless = row.id === ENDLESS_ID && world.rows.length > 1_000;
    stream = endless ? endlessStream(row, world.now()) : streamOf(row, world.now());
    world.streams.set(row.id, stream);
  }
  return stream;
}

function rowOf(world: World, id: string): ConversationRow {
  const row = world.rows.find((one) => one.id === id);
  if (!row) throw ApiFailure.status(404);
  return row;
}

// A letter to somebody first begins a conversation with them.
function begun(world: World, request: ReplySend): ConversationRow {
  const [first] = world.rows;
  const [to] = request.to;
  if (!first || !to) throw ApiFailure.status(400);
  const row: ConversationRow = {
    ...first,
    id: `cnv_begun_${world.rows.length}`,
    subject: request.subject,
    snippet: request.text,
    contact: { id: `ctc_${to.address}`, name: to.name, address: to.address, tier: "" },
    tags: [],
    unread: 0,
    escalated: false,
    clock: null,
    channel: request.channel ?? first.channel,
    channel_kind: "email",
    last_at: world.now(),
  };
  world.rows = [row, ...world.rows];
  world.streams.set(row.id, []);
  return row;
}

function messagesOf(world: World, row: ConversationRow): MessageView[] {
  return streamIn(world, row).flatMap((entry) =>
    entry.what.type === "message" ? [entry.what] : [],
  );
}

/** Returns the messages of a conversation that are on their way. */
export function outboxOf(world: World, row: ConversationRow): OutgoingView[] {
  return messagesOf(world, row).flatMap((one) =>
    one.outbox && one.outbox.state !== "sent" ? [one.outbox] : [],
  );
}

let written = 0;

/** Adds something to the end of a stream, as the engine would. */
export function append(world: World, row: ConversationRow, entry: Omit<Entry, "key" | "at">): void {
  written += 1;
  const stream = streamIn(world, row);
  world.streams.set(row.id, [
    ...stream,
    { ...entry, key: `w${String(written).padStart(5, "0")}`, at: world.now() },
  ]);
}

function change(stage: Stage, conversation: string, outbox: string, to: Partial<OutgoingView>) {
  const { world, touch } = stage;
  const stream = streamIn(world, rowOf(world, conversation));
  world.streams.set(
    conversation,
    stream.map((entry) =>
      entry.what.type === "message" && entry.what.outbox?.outbox === outbox
        ? { ...entry, what: { ...entry.what, outbox: { ...entry.what.outbox, ...to } } }
        : entry,
    ),
  );
  touch(`conversation:${conversation}`, "views");
}

const US = { name: "Harbour Supply", address: "help@harbour.example" };
const sent = new Map<string, ReplySend>();

/** Writes a note for the team, which a bot hears as well when it is whispered to it. */
function note(
  { world, touch }: Stage,
  conversation: string,
  text: string,
  whispered: string | null,
) {
  append(world, rowOf(world, conversation), {
    actor: "agent:anna",
    actor_display: "Anna Lindqvist",
    what: {
      type: "message",
      ...message(`msg_note_${written + 1}`, "agent", text, {
        direction: "internal",
        has_source: false,
        whispered,
      }),
    },
  });
  world.notes.delete(conversation);
  touch("views", `conversation:${conversation}`);
  return { conversation, undo: "cmd_note" };
}

/** Writing: what a reply would look like, sending, taking back, notes and drafts. */
export const talk: Handlers = {
  reply_prepare: ({ conversation, mode, message: wanted }, { world }) => {
    const row = rowOf(world, conversation);
    const all = messagesOf(world, row).filter((one) => one.direction !== "internal");
    const answered =
      all.find((one) => one.id === wanted) ??
      all.findLast((one) => one.direction === "inbound" && one.join !== "flagged");
    const own = (address: string) => address === US.address;
    const ours = answered?.direction === "outbound";
    const first = ours
      ? answered.to
      : answered?.reply_to.length
        ? answered.reply_to
        : answered
          ? [answered.from]
          : [];
    const everybody = [...(answered?.to ?? []), ...first].filter((one) => !own(one.address));
    const distinct = everybody.filter(
      (one, at) => everybody.findIndex((other) => other.address === one.address) === at,
    );
    const lines = (answered?.text ?? "").split("\n");
    return {
      to: mode === "reply_all" ? distinct : mode === "reply" ? first : [],
      cc: mode === "reply_all" ? (answered?.cc ?? []) : [],
      subject: `${mode === "forward" ? "Fwd" : "Re"}: ${row.subject}`,
      quote: [
        `On 20 Nov 2026, ${answered?.from.name ?? ""} wrote:`,
        ...lines.map((line) => `> ${line}`),
      ].join("\n"),
      attachments: mode === "forward" ? (answered?.attachments ?? []) : [],
      message: answered?.id ?? null,
      warnings: answered?.warnings ?? [],
      cannot: row.channel_kind === "import" ? "channel_import" : null,
      chat: false,
    };
  },
  reply_send: (request, stage) => {
    const { world, touch } = stage;
    const row =
      request.conversation === null ? begun(world, request) : rowOf(world, request.conversation);
    const outbox = `out_${written + 1}`;
    sent.set(outbox, request);
    append(world, row, {
      actor: "agent:anna",
      actor_display: "Anna Lindqvist",
      what: {
        type: "message",
        ...message(`msg_${outbox}`, "agent", request.text, {
          from: US,
          to: request.to,
          cc: request.cc,
          subject: request.subject,
          has_source: false,
          outbox: {
            outbox,
            state: "queued",
            undo_until: world.now() + 10_000,
            next_at: world.now() + 10_000,
            attempts: 0,
            error: "",
          },
        }),
      },
    });
    world.drafts.delete(row.id);
    world.rows = world.rows.map((one) =>
      one.id === row.id
        ? {
            ...one,
            draft: false,
            status: request.resolve ? "solved" : "waiting_customer",
            control: {
              ...one.control,
              kind: "agent",
              name: "anna",
              display: "Anna Lindqvist",
              mine: true,
            },
          }
        : one,
    );
    touch("views", `conversation:${row.id}`);
    return { conversation: row.id, outbox, undo_until: world.now() + 10_000, held: false };
  },
  send_cancel: ({ conversation, outbox }, stage) => {
    const request = sent.get(outbox);
    change(stage, conversation, outbox, { state: "cancelled" });
    if (!request) return { draft: null, note: null };
    if (request.conversation === null) {
      stage.world.rows = stage.world.rows.map((row) =>
        row.id === conversation
          ? { ...row, status: "solved", control: controlOf("nobody", "", stage.world.now()) }
          : row,
      );
      stage.touch("views", `conversation:${conversation}`);
    }
    const draft: Draft = {
      mode: request.mode,
      message: request.message,
      to: request.to,
      cc: request.cc,
      bcc: request.bcc,
      subject: request.subject,
      text: request.text,
      with_quote: request.quote !== "",
      files: request.files,
      left_out: request.left_out,
      sources: [],
      saved_at: stage.world.now(),
    };
    stage.world.drafts.set(conversation, draft);
    return { draft, note: null };
  },
  send_retry: ({ conversation, outbox }, stage) => {
    change(stage, conversation, outbox, { state: "committing" });
    return {};
  },
  send_judge: ({ conversation, outbox, verdict }, stage) => {
    change(stage, conversation, outbox, { state: verdict === "sent" ? "sent" : "queued" });
    return {};
  },
  note_add: ({ conversation, text }, stage) => note(stage, conversation, text, null),
  whisper: ({ conversation, text }, stage) =>
    note(stage, conversation, text, rowOf(stage.world, conversation).control.name),
  draft_get: ({ conversation }, { world }) => ({
    draft: world.drafts.get(conversation) ?? null,
    note: world.notes.get(conversation) ?? null,
  }),
  draft_put: ({ conversation, draft, note }, { world }) => {
    const kept = note ? world.notes : world.drafts;
    if (draft) kept.set(conversation, draft);
    else kept.delete(conversation);
    return {};
  },
  attachment_get: ({ message: id, index }, { world }) => {
    for (const row of world.rows) {
      const found = world.streams.get(row.id);
      for (const entry of found ?? []) {
        if (entry.what.type !== "message" || entry.what.id !== id) continue;
        const file = entry.what.attachments.find((one) => one.index === index);
        if (file) {
          const { saved_name, media_type, active } = file;
          return { saved_name, media_type, active, base64: btoa(`the bytes of ${saved_name}`) };
        }
      }
    }
    throw ApiFailure.status(404);
  },
  message_source: ({ message: id }) => {
    const text = `Message-ID: <${id}@northwind-labs.example>\r\nFrom: Lena Okafor <lena.okafor@northwind-labs.example>\r\nTo: help@harbour.example\r\nSubject: Charged twice\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\n`;
    return {
      base64: btoa(text),
      size: text.length,
      sha256: "9f2c41d07a6be83350fd18ac4471e62b90c5",
    };
  },
};

import type {
  ControlView,
  ConversationRow,
  Draft,
  Entry,
  LabelView,
  LearningSet,
  TimesSet,
  OfferView,
  Session,
  Settings,
} from "../../api/generated/wire";
import { type Shelf, shelf } from "./knowledge";
import { MACROS } from "./macros";
import { BOT, CUSTOMERS, MATTERS, TEAM } from "./people";

/** What is rehearsed: an empty workspace, one conversation, an ordinary day, or ten thousand. */
export type Scene = "none" | "one" | "day" | "many";

const SIZE: Record<Scene, number> = { none: 0, one: 1, day: 46, many: 10_000 };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The state behind a rehearsal. */
export interface World {
  readonly now: () => number;
  session: Session;
  rows: ConversationRow[];
  /** The streams that were looked at or written to, by conversation. */
  readonly streams: Map<string, Entry[]>;
  readonly drafts: Map<string, Draft>;
  readonly notes: Map<string, Draft>;
  /** The texts of macros, by name. */
  readonly macros: Map<string, string>;
  /** Where answers are taken from. */
  readonly shelf: Shelf;
  readonly offers: Map<string, OfferView>;
  /** What was said of conversations, by conversation. */
  readonly labels: Map<string, LabelView[]>;
  /** How the rules learn from people. */
  learning: LearningSet;
  times: TimesSet;
}

/** Returns numbers from 0 to 1 that are the same in every run. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Builds the world of a scene. */
export function worldOf(scene: Scene, now: () => number): World {
  const roll = dice(7);
  const rows = Array.from({ length: SIZE[scene] }, (_, at) => rowAt(at, now(), roll));
  return {
    now,
    session: sessionOf(now()),
    rows,
    streams: new Map(),
    drafts: new Map(),
    notes: new Map(),
    macros: new Map(MACROS),
    shelf: shelf(now()),
    offers: new Map(),
    labels: new Map(),
    learning: { audit_sample: 10, miss_cost: 5 },
    times: { wrap_up_minutes: 0 },
  };
}

function sessionOf(now: number): Session {
  const [me = TEAM[0]] = TEAM;
  return {
    agent: me as Session["agent"],
    team: [...TEAM],
    bots: [BOT],
    queues: ["support", "billing", "privacy"],
    workspace: "Harbour Supply",
    demo: true,
    version: "0.1.0",
    desktop: false,
    now,
    settings: SETTINGS,
    bounded: false,
  };
}

const SETTINGS: Settings = {
  theme: "system",
  density: "comfortable",
  keys: {},
  notify: true,
  notify_text: false,
  sound: true,
  focus: false,
  quiet_from: "20:00",
  quiet_to: "07:30",
  autostart: false,
  close_to_tray: true,
  undo_seconds: 10,
  signature: "Anna Lindqvist\nHarbour Supply",
  remote_images_from: [],
  language: "en",
};

function pick<T>(list: readonly T[], roll: () => number): T {
  return list[Math.floor(roll() * list.length)] as T;
}

// The first rows are placed by hand, so that every state is on the first screen.
const OPENING: readonly Partial<{
  kind: string;
  name: string;
  escalated: boolean;
  due: number;
  since: number;
  unread: number;
  draft: boolean;
}>[] = [
  { kind: "queue", name: "billing", escalated: true, due: 6, since: 3, unread: 2 },
  { kind: "agent", name: "anna", due: 41, since: 18, unread: 1 },
  { kind: "bot", since: 1 },
  { kind: "queue", name: "support", due: -12, since: 74, unread: 1 },
  { kind: "queue", name: "privacy", escalated: true, due: 190, since: 22, unread: 1 },
  { kind: "agent", name: "bo", due: 130, since: 9 },
  { kind: "agent", name: "anna", since: 52, draft: true },
  { kind: "bot", since: 4 },
  { kind: "agent", name: "chidi", since: 210, due: 300 },
  { kind: "nobody", since: 340 },
  { kind: "queue", name: "support", due: 88, since: 31, unread: 1 },
];

function rowAt(at: number, now: number, roll: () => number): ConversationRow {
  const set = OPENING[at] ?? {};
  const [name, address, tier] =
    at < 16 ? (CUSTOMERS[at] ?? pick(CUSTOMERS, roll)) : pick(CUSTOMERS, roll);
  const [subject, snippet, tags] =
    at < 15 ? (MATTERS[at] ?? pick(MATTERS, roll)) : pick(MATTERS, roll);
  const age = at < 11 ? (at + 1) * 4 * MINUTE : (at + 1) * 11 * MINUTE + roll() * 9 * MINUTE;
  const last = now - age;
  const kind = set.kind ?? pick(["bot", "bot", "queue", "agent", "agent", "nobody"], roll);
  const since = now - (set.since === undefined ? age + roll() * HOUR : set.since * MINUTE);
  const control = controlOf(
    kind,
    set.name ?? pick(["anna", "bo", "chidi", "support", "billing"], roll),
    since,
  );
  const due =
    set.due ?? (kind === "queue" || roll() < 0.25 ? Math.round(20 + roll() * 600) : undefined);
  const status =
    at < 11 ? "open" : pick(["open", "open", "waiting_customer", "snoozed", "on_hold"], roll);
  return {
    id: at === 0 ? "cnv_hero" : `cnv_${String(at).padStart(6, "0")}`,
    subject,
    contact: { id: `ctc_${address}`, name, address, tier },
    snippet,
    last_author: kind === "bot" ? "bot" : "customer",
    last_at: last,
    control,
    status,
    priority: set.escalated ? "urgent" : "normal",
    tags: [...tags],
    escalated: set.escalated ?? false,
    unread: set.unread ?? (at > 11 && roll() < 0.2 ? 1 : 0),
    clock:
      due === undefined || status !== "open"
        ? null
        : {
            kind: "first_reply",
            state: due < 0 ? "missed" : "running",
            started_at: now + due * MINUTE - Math.max(60, Math.abs(due) * 1.6) * MINUTE,
            due_at: now + due * MINUTE,
          },
    waiting_since: kind === "queue" ? since : null,
    snoozed_until: status === "snoozed" ? now + DAY : null,
    channel: "chn_mail",
    channel_kind: at % 9 === 2 ? "demo" : "email",
    channel_name: "help@harbour.example",
    draft: set.draft ?? false,
    send_trouble: at === 8,
    attachments: at === 7 || (at > 11 && roll() < 0.12),
    messages: 2 + Math.floor(roll() * 9),
    damaged: false,
  };
}

/** Returns control as the engine tells it. */
export function controlOf(kind: string, name: string, since: number): ControlView {
  const person = TEAM.find((one) => one.name === name);
  const queue = person || name === "" ? "support" : name;
  switch (kind) {
    case "bot":
      return control("bot", BOT, "Mira", "bot_active", since);
    case "queue":
      return control(
        "queue",
        queue,
        queue.replace(/^./, (first) => first.toUpperCase()),
        "queued",
        since,
      );
    case "agent": {
      const one = person ?? TEAM[1];
      return control("agent", one?.name ?? "", one?.display_name ?? "", "agent_active", since);
    }
    default:
      return control("nobody", "", "", "released", since);
  }
}

function control(
  kind: string,
  name: string,
  display: string,
  state: string,
  since: number,
): ControlView {
  return { kind, name, display, state, since, epoch: 3, mine: name === "anna" };
}

const VIEWS: Readonly<Record<string, (row: ConversationRow) => boolean>> = {
  mine: (row) => row.control.mine && active(row),
  queue: (row) => row.control.kind === "queue" && active(row),
  escalated: (row) => row.escalated,
  with_bot: (row) => row.control.kind === "bot" && active(row),
  waiting: (row) => row.status === "waiting_customer" || row.status === "on_hold",
  snoozed: (row) => row.status === "snoozed",
  all: (row) => row.status !== "solved",
  solved: (row) => row.status === "solved",
};

function active(row: ConversationRow): boolean {
  return row.status !== "solved" && row.status !== "snoozed";
}

/** The keys of the views, in order. */
export const VIEW_KEYS: readonly string[] = Object.keys(VIEWS);

function heldBy(view: string): (row: ConversationRow) => boolean {
  if (!view.startsWith("bot:")) return (row) => row.tags.includes("billing");
  const bot = view.slice("bot:".length);
  return (row) => row.control.kind === "bot" && row.control.name === bot && active(row);
}

/** Returns the rows of a view. */
export function rowsOf(world: World, view: string): ConversationRow[] {
  return world.rows.filter(VIEWS[view] ?? heldBy(view));
}

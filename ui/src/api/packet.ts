import type { JsonValue, PacketView } from "./generated/wire";

// A packet is content of another machine, perhaps of a later version: everything is read with
// care, and what is not there is simply not there.

/** Something known, and how well. */
export interface Fact {
  readonly key: string;
  readonly value: string;
  readonly source: string;
  readonly verified: boolean;
  readonly confidence: number | undefined;
}

/** A packet as it is read. */
export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly createdAt: number | undefined;
  readonly reason: { readonly code: string; readonly text: string };
  readonly goal: string;
  readonly summary: string;
  readonly nextStep: string;
  readonly questions: readonly string[];
  readonly tried: readonly { readonly step: string; readonly result: string }[];
  readonly facts: readonly Fact[];
  readonly promises: readonly {
    readonly text: string;
    readonly dueAt: number | undefined;
    readonly by: string;
  }[];
  readonly sources: readonly { readonly title: string; readonly url: string }[];
  readonly sensitivity: readonly string[];
  readonly language: string;
  /** What the bot understood, how surely, and what else it may have been. */
  readonly intent: {
    readonly name: string;
    readonly confidence: number | undefined;
    readonly alternatives: readonly string[];
  };
  /** How the customer sounds: a word, and from -1 to 1. */
  readonly sentiment: { readonly label: string; readonly score: number | undefined };
  readonly verifiedBy: string;
  /** What the customer agrees to, and what not. */
  readonly consent: readonly { readonly what: string; readonly agrees: boolean }[];
  /** Until when an answer gets through where the customer writes, and what it has to keep to. */
  readonly replyUntil: number | undefined;
  readonly constraints: readonly string[];
  /** What was taken out of it. */
  readonly redactions: readonly string[];
  /** What whoever takes it should be able to do. */
  readonly skills: readonly string[];
  /** The model that wrote the summary, when one did. */
  readonly model: string;
  readonly related: readonly { readonly id: string; readonly why: string }[];
  readonly returnConditions: readonly string[];
  readonly allowed: readonly string[];
  /** What the sender added of its own. */
  readonly attributes: readonly { readonly key: string; readonly value: string }[];
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return list(value).map(text).filter(Boolean);
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

function party(value: unknown): string {
  const { kind, name } = fields(value);
  return text(name) ? `${text(kind)}:${text(name)}` : text(kind);
}

/** Reads a packet. */
export function readPacket(value: JsonValue): Packet {
  const packet = fields(value);
  const reason = fields(packet.reason);
  return {
    from: party(packet.from),
    to: party(packet.to),
    createdAt: number(packet.created_at),
    reason: { code: text(reason.code), text: text(reason.text) },
    goal: text(packet.customer_goal),
    summary: text(fields(packet.summary).text),
    nextStep: text(packet.next_step),
    questions: texts(packet.open_questions),
    tried: list(packet.attempted)
      .map(fields)
      .map((one) => ({ step: text(one.step), result: text(one.result) }))
      .filter((one) => one.step !== ""),
    facts: list(packet.facts)
      .map(fields)
      .map((one) => ({
        key: text(one.key),
        value: shown(one.value),
        source: text(one.source),
        verified: one.verified === true,
        confidence: number(one.confidence),
      }))
      .filter((one) => one.key !== "" && one.value !== ""),
    promises: list(packet.promises)
      .map(fields)
      .map((one) => ({ text: text(one.text), dueAt: number(one.due_at), by: text(one.by) }))
      .filter((one) => one.text !== ""),
    sources: list(packet.sources_used)
      .map(fields)
      .map((one) => ({ title: text(one.title) || text(one.id), url: text(one.url) }))
      .filter((one) => one.title !== ""),
    sensitivity: texts(packet.sensitivity),
    language: text(packet.language),
    intent: {
      name: text(fields(packet.intent).name),
      confidence: number(fields(packet.intent).confidence),
      alternatives: texts(fields(packet.intent).alternatives),
    },
    sentiment: {
      label: text(fields(packet.sentiment).label),
      score: number(fields(packet.sentiment).score),
    },
    verifiedBy: text(packet.identity_verified_by),
    consent: Object.entries(fields(packet.consent))
      .filter(([, agrees]) => typeof agrees === "boolean")
      .map(([what, agrees]) => ({ what, agrees: agrees === true })),
    replyUntil: number(fields(packet.channel).reply_until),
    constraints: texts(fields(packet.channel).constraints),
    redactions: texts(packet.redactions),
    skills: texts(fields(packet.to).skills),
    model: text(fields(packet.summary).model),
    related: list(packet.related)
      .map(fields)
      .map((one) => ({ id: text(one.conversation_id), why: text(one.why) }))
      .filter((one) => one.id !== ""),
    returnConditions: texts(packet.return_conditions),
    allowed: texts(packet.allowed_actions),
    attributes: Object.entries(fields(packet.attributes))
      .map(([key, value]) => ({ key, value: shown(value) }))
      .filter((one) => one.value !== ""),
  };
}

/** The fields whose absence can be named when a packet is marked as lacking. */
export const NAMEABLE = [
  "customer_goal",
  "summary",
  "next_step",
  "facts",
  "attempted",
  "promises",
  "identity",
] as const;

/** Tells whether the reader has judged a packet. */
export function judged(view: PacketView): boolean {
  return view.useful !== null;
}

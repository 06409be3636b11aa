import type { BotConnect, BotView } from "../../api/generated/wire";
import { store } from "../../state/store";
import { OWN } from "./fields";
import { type Kind, kindOf } from "./kinds";

/** How a bot is to be connected, as it stands in the form. */
export interface Plan {
  readonly kind: string;
  readonly name: string;
  readonly url: string;
  /** A new key; empty for the one that is kept, or for none. */
  readonly key: string;
  /** The key that is kept is to go. */
  readonly keyless: boolean;
  readonly channel: string;
  readonly queue: string;
  readonly within: number;
  readonly model: string;
  readonly instructions: string;
  /** One pattern on each line. */
  readonly redact: string;
  readonly requests: number;
  readonly tokens: number;
  /** What of the team's knowledge goes along with a question. */
  readonly knowledge: string;
  readonly showsSources: boolean;
  readonly callback: boolean;
}

/** A bot that answers from its instructions alone. */
export const NOTHING = "none";

/** A connection that was begun and not made: it is gone on with when the form is opened again. */
export const begun = store<Plan | undefined>(undefined);

/** Returns how a bot is connected now, or how one usually is. */
export function planOf(bot: BotView | undefined): Plan {
  const known = bot?.connector;
  return {
    kind: known?.kind ?? "openai",
    name: bot?.name ?? "",
    url: known?.url ?? "",
    key: "",
    keyless: false,
    channel: OWN,
    queue: "support",
    within: bot?.answer_within_s ?? 30,
    model: known?.model ?? "",
    instructions: known?.instructions ?? "",
    redact: (known?.redact ?? ["email", "card"]).join("\n"),
    requests: known?.requests_a_day ?? 0,
    tokens: known?.tokens_a_day ?? 0,
    knowledge: known?.knowledge ?? "written",
    showsSources: known?.shows_sources ?? false,
    callback: known?.callback ?? false,
  };
}

/** Tells whether what is asked for is there. */
export function isWhole(plan: Plan): boolean {
  const asked = [plan.name, plan.url, ...(kindOf(plan.kind).models ? [plan.model] : [])];
  return asked.every((text) => text.trim() !== "");
}

/** Tells whether the bot answers at the door. */
export function callsBack(plan: Plan): boolean {
  return kindOf(plan.kind).callsBack === true && plan.callback;
}

/** Returns what is asked of the engine; what is no matter of the protocol is left out. */
export function requestOf(plan: Plan, bot: BotView | undefined): BotConnect {
  const kind: Kind = kindOf(plan.kind);
  return {
    name: plan.name.trim(),
    kind: kind.id,
    url: plan.url.trim(),
    channel: plan.channel === OWN ? null : plan.channel,
    queue: plan.queue,
    answer_within_s: plan.within,
    model: kind.models ? plan.model.trim() : "",
    instructions: kind.models ? plan.instructions : "",
    answer_tokens: bot?.connector?.answer_tokens ?? 0,
    callback: callsBack(plan),
    redact: plan.redact
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
    requests_a_day: plan.requests,
    tokens_a_day: kind.models ? plan.tokens : 0,
    knowledge: kind.models ? plan.knowledge : null,
    shows_sources: kind.models === true && plan.knowledge !== NOTHING && plan.showsSources,
    key: plan.keyless ? "" : plan.key.trim() === "" ? null : plan.key,
  };
}

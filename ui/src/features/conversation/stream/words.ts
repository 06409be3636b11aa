import type { Entry, Session } from "../../../api/generated/wire";
import { t, tcode, tt } from "../../../i18n";
import { capital, listOf, shortMoment } from "../../../i18n/format";

/** Returns a party such as `queue:billing` as a person reads it within a sentence. */
export function partyName(party: string, session: Session | undefined): string {
  const [kind = "", ...rest] = party.split(":");
  const name = rest.join(":");
  switch (kind) {
    case "agent":
      if (name === session?.agent.name) return t("party.you");
      return session?.team.find((one) => one.name === name)?.display_name ?? name;
    case "queue":
      return t("party.queue", { name: capital(name) });
    case "bot":
      return t("party.bot", { name: capital(name) });
    case "role":
      return t("party.role", { name });
    case "rule":
      return t("party.rule", { name });
    case "customer":
      return t("party.theCustomer");
    case "system":
      return t("party.system");
    case "any":
      return t("party.any");
    case "nobody":
    case "":
      return t("party.nobody");
    default:
      return name || kind;
  }
}

/** Returns who did something, at the beginning of a sentence. */
export function actorName(entry: Entry, session: Session | undefined): string {
  const [kind = "", name = ""] = entry.actor.split(":");
  if (kind === "agent") {
    if (name === session?.agent.name) return t("party.You");
    return entry.actor_display || name;
  }
  if (kind === "bot") return entry.actor_display || capital(name);
  if (kind === "customer") return entry.actor_display || t("party.customer");
  if (kind === "rule") return t("party.rules");
  return t("party.system");
}

/** Returns what the code of a reason means; nothing when it says nothing. */
export function reasonText(code: string): string {
  if (code === "unspecified") return "";
  return tcode("reason", code, code.replace(/_/g, " "));
}

function because(what: string, why: string): string {
  return why ? t("line.because", { what, why }) : what;
}

type Moved = Extract<Entry["what"], { type: "moved" }>;

function movedSentence(what: Moved, entry: Entry, who: string): string {
  if (what.ground === "wrote_here") {
    const { channel } = what;
    return entry.actor.startsWith("agent")
      ? t("line.moved.back.agent", { who, channel })
      : t("line.moved.back", { channel });
  }
  if (!what.address) return t("line.moved.erased");
  const names = { who, address: what.address };
  const byHand = entry.actor.startsWith("agent");
  const sentence = byHand ? t("line.moved", names) : t("line.moved.rule", names);
  return because(sentence, tcode("line.moved.ground", what.ground));
}

/** Returns what a quiet entry says, in one sentence; a message says nothing here. */
export function sentenceOf(entry: Entry, session: Session | undefined): string {
  const { what } = entry;
  const who = actorName(entry, session);
  switch (what.type) {
    case "message":
      return "";
    case "control": {
      const key = `line.control.${what.verb}`;
      const said = tcode("line.control", what.verb, "");
      const names = {
        who,
        to: partyName(what.to, session),
        from: partyName(what.from, session),
      };
      const sentence = said
        ? tt(key as "line.control.pass", names)
        : t("line.control.other", names);
      // That it began because the customer wrote, or ended because it is done, needs no saying.
      const known = what.verb === "open" || what.code === "resolved";
      const why = known ? what.text : what.text || reasonText(what.code);
      return capital(because(sentence, why));
    }
    case "offer": {
      const to = what.party ? partyName(what.party, session) : "";
      const names = { who, to };
      const key = `line.offer.${what.how}`;
      return because(tt(key as "line.offer.made", names), what.text);
    }
    case "decision":
      return what.sentence;
    case "moved":
      return movedSentence(what, entry, who);
    case "move_hindered":
      return t("line.hindered", { why: tcode("continue.cannot", what.code) });
    case "status": {
      const until = what.until === null ? "" : shortMoment(what.until, entry.at);
      // What was put off or waited for the customer does not wait once the customer has written.
      if (what.to === "open" && entry.actor.startsWith("customer")) {
        return t("line.status.open.customer");
      }
      const byItself = !entry.actor.startsWith("agent") && ["new", "open"].includes(what.to);
      if (byItself || tcode("line.status", what.to, "") === "")
        return t("line.status.other", { to: tcode("status", what.to) });
      return tt(`line.status.${what.to}` as "line.status.snoozed", { who, until });
    }
    case "priority":
      return t("line.priority", { to: tcode("priority", what.to) });
    case "tags": {
      const tags = listOf(what.add);
      const gone = listOf(what.remove);
      if (gone && tags) return t("line.tags.both", { who, tags, gone });
      return gone ? t("line.tags.remove", { who, tags: gone }) : t("line.tags.add", { who, tags });
    }
    case "label": {
      const key = `line.label.${what.label ?? "none"}`;
      return tcode("line.label", what.label ?? "none", "") === ""
        ? t("line.other", { event: "label" })
        : tt(key as "line.label.none", { who });
    }
    case "draft": {
      const known = tcode("line.draft", what.how, "") !== "";
      const said = tt(`line.draft.${known ? what.how : "other"}` as "line.draft.held", {
        who,
        author: capital(what.author),
        words: listOf(what.words.split(", ").map((one) => partyName(one, session))),
      });
      if (what.how !== "rejected") return said;
      return because(said, what.words || tcode("review.code", what.code ?? "other"));
    }
    case "clock": {
      const name = tcode("clock", what.clock, t("clock.other"));
      const key = ["warned", "met", "missed"].includes(what.state) ? what.state : "other";
      return tt(`line.clock.${key}` as "line.clock.met", { what: name });
    }
    case "alert": {
      const people = listOf(what.agents.map((name) => personName(name, session)));
      const key = what.agents.length === 1 ? "line.alert.one" : "line.alert";
      const told = t(key, { people });
      const line = what.rung === null ? told : t("line.alert.rung", { told, n: what.rung });
      return because(line, what.reason);
    }
    case "bot_failure":
      return because(t("line.bot_failure"), reasonText(what.code));
    case "episode":
      return t("line.episode", { n: what.number });
    case "send": {
      const known = tcode("line.send", what.step, "") !== "";
      const key = known ? what.step : "other";
      return because(tt(`line.send.${key}` as "line.send.judged", { who }), what.text);
    }
    case "erased":
      return t("line.erased", { who });
    case "other":
      return t("line.other", { event: what.event });
  }
}

function personName(name: string, session: Session | undefined): string {
  return session?.team.find((one) => one.name === name)?.display_name ?? name;
}

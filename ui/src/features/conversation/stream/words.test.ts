import { describe, expect, it } from "vitest";
import type { Entry, Session, What } from "../../../api/generated/wire";
import { arrange, firstUnread } from "./blocks";
import { sentenceOf } from "./words";

const session = {
  agent: { name: "anna" },
  team: [
    { name: "anna", display_name: "Anna Lindqvist" },
    { name: "bo", display_name: "Bo Castellanos" },
  ],
} as unknown as Session;

let place = 0;
function entry(actor: string, what: What, at = 1_000): Entry {
  place += 1;
  return { key: `k${String(place).padStart(4, "0")}`, at, actor, actor_display: "", what };
}

function control(verb: string, from: string, to: string, text = "", code = "unspecified"): What {
  return { type: "control", verb, from, to, text, code, rule: null, packet: false };
}

describe("a quiet line", () => {
  it.each([
    [
      "agent:bo",
      control("pass", "agent:bo", "queue:billing", "a refund"),
      "Bo passed it to the queue Billing: a refund",
    ],
    ["agent:anna", control("take", "bot:mira", "agent:anna"), "You took it"],
    [
      "system",
      control("fail", "bot:mira", "queue:support", "", "timeout"),
      "The bot failed, and the queue Support has it: the bot did not answer in time",
    ],
    [
      "customer",
      control("open", "nobody", "bot:mira", "", "new_message"),
      "Began with the bot Mira",
    ],
    ["system", control("merge", "queue:a", "queue:b"), "Went from the queue A to the queue B"],
    ["customer", { type: "status", to: "open", until: null }, "Open again: the customer wrote"],
    ["agent:bo", { type: "status", to: "on_hold", until: null }, "Bo put it on hold"],
    [
      "rule:x",
      { type: "clock", clock: "first_reply", state: "missed", due_at: null },
      "First reply was not in time",
    ],
    [
      "rule:x",
      { type: "alert", agents: ["bo"], reason: "", rung: 1 },
      "Bo Castellanos was told (step 1)",
    ],
    [
      "agent:anna",
      { type: "tags", add: ["vip"], remove: ["new"] },
      "You added vip and removed new",
    ],
    [
      "system",
      { type: "other", event: "future.thing@2" },
      "Something of a later version (future.thing@2)",
    ],
  ] as [string, What, string][])("of %s says %o", (actor, what, said) => {
    const named = { ...entry(actor, what), actor_display: actor === "agent:bo" ? "Bo" : "" };
    expect(sentenceOf(named, session)).toBe(said);
  });
});

describe("the arrangement", () => {
  const decision: What = { type: "decision", decision: "d", sentence: "Because.", acted: ["x"] };

  it("puts under a decision what followed from it, before and after", () => {
    const told = entry("rule:x", { type: "alert", agents: ["bo"], reason: "", rung: null });
    const cause = entry("rule:x", decision);
    const moved = entry("rule:x", control("pass", "bot:mira", "queue:a"));
    const byHand = entry("agent:bo", control("take", "queue:a", "agent:bo"));
    const lines = arrange([told, cause, moved, byHand], undefined).filter(
      (one) => one.is === "line",
    );
    expect(lines.map((one) => [one.entry.key, one.with.map((other) => other.key)])).toEqual([
      [cause.key, [told.key, moved.key]],
      [byHand.key, []],
    ]);
  });

  it("keeps apart what happened later", () => {
    const cause = entry("rule:x", decision);
    const later = entry("rule:x", { type: "priority", to: "high" }, 9_000);
    expect(arrange([cause, later], undefined).filter((one) => one.is === "line")).toHaveLength(2);
  });

  it("finds the first of the unread from the end, among what came in", () => {
    const message = (direction: string) =>
      entry("customer", { type: "message", direction } as What);
    const all = [message("inbound"), message("inbound"), message("outbound"), message("inbound")];
    expect(firstUnread(all, 2)).toBe(all[1]?.key);
    expect(firstUnread(all, 0)).toBeUndefined();
    expect(firstUnread(all, 9)).toBe(all[0]?.key);
  });
});

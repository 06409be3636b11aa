import type { Entry, MessageView } from "../../../api/generated/wire";

/** What the stream shows, from top to bottom. */
export type Block =
  | { readonly is: "day"; readonly key: string; readonly at: number }
  | { readonly is: "new"; readonly key: string }
  | {
      readonly is: "message";
      readonly key: string;
      readonly entry: Entry;
      readonly message: MessageView;
    }
  | {
      readonly is: "line";
      readonly key: string;
      /** What the line says. */
      readonly entry: Entry;
      /** What followed from it at once; shown when the line is opened. */
      readonly with: readonly Entry[];
    };

// What a decision does is written within the same turn of the engine.
const SAME_TURN_MS = 2_000;

function followsFrom(entry: Entry, cause: Entry): boolean {
  return (
    cause.what.type === "decision" &&
    entry.what.type !== "decision" &&
    entry.what.type !== "message" &&
    (entry.actor.startsWith("rule") || entry.actor.startsWith("system")) &&
    Math.abs(entry.at - cause.at) <= SAME_TURN_MS
  );
}

/**
 * Arranges entries for the eye: a heading for each day, one mark before what is new, and one line
 * for a decision together with all that followed from it.
 */
export function arrange(entries: readonly Entry[], firstNew: string | undefined): Block[] {
  const blocks: Block[] = [];
  let day = "";
  entries.forEach((entry, at) => {
    const today = new Date(entry.at).toDateString();
    if (today !== day) {
      day = today;
      blocks.push({ is: "day", key: `day ${entry.key}`, at: entry.at });
    }
    if (entry.key === firstNew) blocks.push({ is: "new", key: "new" });
    if (entry.what.type === "message") {
      blocks.push({ is: "message", key: entry.key, entry, message: entry.what });
      return;
    }
    const last = blocks.at(-1);
    if (last?.is === "line" && followsFrom(entry, last.entry)) {
      blocks[blocks.length - 1] = { ...last, with: [...last.with, entry] };
      return;
    }
    // A change that is written just before the decision it comes from belongs to it as well.
    const next = entries[at + 1];
    if (next && followsFrom(entry, next) && last?.is !== "line") {
      blocks.push({ is: "line", key: next.key, entry: next, with: [entry] });
      return;
    }
    if (last?.is === "line" && last.entry.key === entry.key) return;
    blocks.push({ is: "line", key: entry.key, entry, with: [] });
  });
  return blocks;
}

/** Returns the key of the first message that nobody here has read, counted from the end. */
export function firstUnread(entries: readonly Entry[], unread: number): string | undefined {
  let left = unread;
  if (left <= 0) return undefined;
  let found: string | undefined;
  for (let at = entries.length - 1; at >= 0 && left > 0; at -= 1) {
    const entry = entries[at];
    if (entry?.what.type === "message" && entry.what.direction === "inbound") {
      found = entry.key;
      left -= 1;
    }
  }
  return found;
}

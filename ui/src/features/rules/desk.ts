import { call } from "../../api/client";
import type { Draft, RuleEdit, RulesView } from "../../api/generated/wire";
import { present } from "../../state/clock";
import { forget, keep, recall } from "../../state/keep";
import { store } from "../../state/store";

// What is being written on the rules and not yet saved. It stands outside the page, so that it is
// still there when one comes back, and is kept on this machine and by the engine, so that it
// survives a restart.

/** The rules as they are being written. */
export interface Desk {
  /** The text. */
  readonly text: string;
  /** The version that the writing began from. */
  readonly base: string;
  /** Its text. */
  readonly baseText: string;
  /** Whether that is the file as it was changed by hand, and not what is in force. */
  readonly fromFile: boolean;
  /** Why they are changed, as far as it has been written. */
  readonly reason: string;
  /** Texts to go back to, the newest last. */
  readonly past: readonly string[];
  /** Texts to go forward to, the nearest first. */
  readonly future: readonly string[];
}

interface Kept {
  readonly text: string;
  readonly base: string;
  readonly baseText: string;
  readonly fromFile: boolean;
  readonly reason: string;
  readonly savedAt: number;
}

const NAME = "rules.draft";
const PLACE = { conversation: "rules" };
const MOST_STEPS = 200;
const PAUSE_MS = 600;

let timer: ReturnType<typeof setTimeout> | undefined;

/** What is on the desk; none until the rules have been read. */
export const desk = store<Desk | undefined>(undefined);

/** Clears the desk of this window; what is kept on the machine stays. */
export function clearDesk(): void {
  clearTimeout(timer);
  desk.set(undefined);
}

/** Whether something has been written that is not saved. */
export function isDirty(on: Desk | undefined): boolean {
  return on !== undefined && on.text !== on.baseText;
}

/** Whether the rules in force are no longer those that the writing began from. */
export function isStale(on: Desk, rules: RulesView): boolean {
  return isDirty(on) && !on.fromFile && on.base !== rules.ruleset;
}

/** Takes note of the rules in force: an untouched desk follows them, a touched one keeps its text. */
export function layOut(rules: RulesView): void {
  const now = desk.get();
  if (now === undefined) {
    const kept = recall<Kept | null>(NAME, null);
    void restore(rules, kept?.savedAt ?? 0);
    const fresh: Desk = {
      text: rules.text,
      base: rules.ruleset,
      baseText: rules.text,
      fromFile: false,
      reason: "",
      past: [],
      future: [],
    };
    desk.set(
      kept && kept.text !== rules.text
        ? {
            ...fresh,
            text: kept.text,
            base: kept.base,
            baseText: kept.baseText,
            fromFile: kept.fromFile,
            reason: kept.reason,
            past: [kept.baseText],
          }
        : fresh,
    );
    return;
  }
  if (now.base === rules.ruleset) return;
  // Saved from here, or by somebody else the very same: nothing is lost by following.
  if (!isDirty(now) || now.text === rules.text) {
    put({
      ...now,
      text: rules.text,
      base: rules.ruleset,
      baseText: rules.text,
      fromFile: false,
      reason: "",
    });
  }
}

// The engine keeps it too: a browser may find Baton under another address at the next start, and
// its own storage belongs to the address.
async function restore(rules: RulesView, newerThan: number): Promise<void> {
  const { draft } = await call("draft_get", PLACE).catch(() => ({ draft: null, note: null }));
  if (!draft || draft.saved_at <= newerThan || draft.text === rules.text) return;
  const base = draft.subject;
  const known =
    base === rules.ruleset
      ? rules
      : await call("rules_version", { ruleset: base }).catch(() => undefined);
  const now = desk.get();
  // Who has begun to write meanwhile keeps that.
  if (!now || isDirty(now)) return;
  put({
    ...now,
    text: draft.text,
    base,
    baseText: known?.text ?? rules.text,
    fromFile: known === undefined,
    past: [now.text],
  });
}

function keepThere(next: Desk): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const draft: Draft | null = isDirty(next)
      ? {
          mode: "rules",
          message: null,
          to: [],
          cc: [],
          bcc: [],
          subject: next.base,
          text: next.text,
          with_quote: false,
          files: [],
          left_out: [],
          sources: [],
          saved_at: present(),
        }
      : null;
    // What the engine cannot keep now, this machine has kept.
    call("draft_put", { ...PLACE, draft, note: false }).catch(() => {});
  }, PAUSE_MS);
}

function put(next: Desk): void {
  desk.set(next);
  keepThere(next);
  if (isDirty(next)) {
    const kept: Kept = {
      text: next.text,
      base: next.base,
      baseText: next.baseText,
      fromFile: next.fromFile,
      reason: next.reason,
      savedAt: present(),
    };
    keep(NAME, kept);
  } else {
    forget(NAME);
  }
}

/** Writes the text anew. Typing joins the step before it, so that going back is not letter by letter. */
export function write(text: string, how: "step" | "typing" = "step"): void {
  const now = desk.get();
  if (!now || now.text === text) return;
  const joins = how === "typing" && typedAt !== undefined && present() - typedAt < 1_500;
  typedAt = how === "typing" ? present() : undefined;
  const past = joins && now.past.length > 0 ? now.past : [...now.past, now.text].slice(-MOST_STEPS);
  put({ ...now, text, past, future: [] });
}

let typedAt: number | undefined;

/** Notes why the rules are changed. */
export function giveReason(reason: string): void {
  const now = desk.get();
  if (now) put({ ...now, reason });
}

/** Goes one step back; returns whether there was one. */
export function stepBack(): boolean {
  const now = desk.get();
  const text = now?.past.at(-1);
  if (!now || text === undefined) return false;
  typedAt = undefined;
  put({ ...now, text, past: now.past.slice(0, -1), future: [now.text, ...now.future] });
  return true;
}

/** Goes one step forward again. */
export function stepForward(): boolean {
  const now = desk.get();
  const [text, ...future] = now?.future ?? [];
  if (!now || text === undefined) return false;
  put({ ...now, text, past: [...now.past, now.text], future });
  return true;
}

/** Puts the rules in force back on the desk; one step, so it can be taken back. */
export function discard(): void {
  const now = desk.get();
  if (now) write(now.baseText);
}

/** Goes on from the rules that are in force by now, with the text as it was written here. */
export function rebase(rules: RulesView): void {
  const now = desk.get();
  if (now) put({ ...now, base: rules.ruleset, baseText: rules.text, fromFile: false });
}

/** Takes the rules in force and leaves the text that was written here one step back. */
export function takeTheirs(rules: RulesView): void {
  const now = desk.get();
  if (!now) return;
  put({
    ...now,
    text: rules.text,
    base: rules.ruleset,
    baseText: rules.text,
    fromFile: false,
    past: [...now.past, now.text],
    future: [],
  });
}

/** Goes on from the rules that are in force, of which what was written here has become a part. */
export function follow(rules: RulesView): void {
  takeTheirs(rules);
  giveReason("");
}

/** Puts the file on the desk as it was changed by hand, to be repaired and saved from there. */
export async function takeFile(text: string): Promise<void> {
  const { ruleset } = await call("rules_check", { text });
  const now = desk.get();
  if (!now) return;
  put({ ...now, text, base: ruleset, fromFile: true, past: [...now.past, now.text], future: [] });
}

let line: Promise<unknown> = Promise.resolve();

/**
 * Makes an edit of the form in the text, after those that are still being made. Rejects with the
 * reason when it cannot be made; the text then stays.
 */
export function makeEdit(edit: RuleEdit): Promise<void> {
  const next = line.then(async () => {
    const now = desk.get();
    if (!now) return;
    const { text } = await call("rules_edit", { text: now.text, edit });
    // Somebody may have typed meanwhile: the edit is made again in what is there by now.
    if (desk.get()?.text !== now.text) {
      const again = await call("rules_edit", { text: desk.get()?.text ?? now.text, edit });
      write(again.text);
      return;
    }
    write(text);
  });
  line = next.catch(() => {});
  return next;
}

import { sizeOf } from "../../../api/bytes";
import type {
  AddressView,
  Draft,
  DraftSource,
  FileInput,
  ReplyPlan,
} from "../../../api/generated/wire";

/** What is being written. */
export type LetterMode = "reply" | "reply_all" | "forward" | "note" | "new";

/** A letter or note being written, with all that was chosen for it. */
export interface Letter {
  readonly mode: LetterMode;
  /** The message answered; none for the newest of the customer, until it is known which. */
  readonly message: string | null;
  readonly to: readonly AddressView[];
  readonly cc: readonly AddressView[];
  readonly bcc: readonly AddressView[];
  readonly subject: string;
  readonly text: string;
  readonly withQuote: boolean;
  readonly files: readonly FileInput[];
  /** Places of attachments of the answered message that are not forwarded. */
  readonly leftOut: readonly number[];
  /** What of it was taken from somewhere. */
  readonly sources: readonly DraftSource[];
  /** Whether recipients and subject were already filled from the plan, or changed by hand. */
  readonly addressed: boolean;
}

/** What a message may weigh with its files. */
export const MOST_BYTES = 25 * 1024 * 1024;

/** Returns an empty letter. */
export function newLetter(mode: LetterMode, message: string | null): Letter {
  return {
    mode,
    message,
    to: [],
    cc: [],
    bcc: [],
    subject: "",
    text: "",
    withQuote: mode !== "note" && mode !== "new",
    files: [],
    leftOut: [],
    sources: [],
    addressed: false,
  };
}

/** Changes what a letter is; the words that were written stay. */
export function turnedInto(letter: Letter, mode: LetterMode, message: string | null): Letter {
  if (letter.mode === mode && letter.message === message) return letter;
  return {
    ...newLetter(mode, message),
    text: letter.text,
    files: letter.files,
    sources: letter.sources,
  };
}

/** Notes that something in a letter was taken from there; once is enough. */
export function takenFrom(letter: Letter, source: DraftSource): Letter {
  const known = letter.sources.some((one) => one.kind === source.kind && one.name === source.name);
  return known ? letter : { ...letter, sources: [...letter.sources, source] };
}

/**
 * Fills in what the engine plans for a letter that has no recipients of its own yet. From then on
 * the letter answers that message, whatever comes after it.
 */
export function planned(letter: Letter, plan: ReplyPlan): Letter {
  if (letter.mode === "note") return letter;
  const message = letter.message ?? plan.message;
  if (!letter.addressed) {
    return { ...letter, message, to: plan.to, cc: plan.cc, subject: plan.subject, addressed: true };
  }
  return message === letter.message ? letter : { ...letter, message };
}

/** Tells whether whom it goes to is the first thing to say. */
export function beginsWithTo(letter: Letter): boolean {
  return (letter.mode === "forward" || letter.mode === "new") && letter.to.length === 0;
}

/** Tells whether a letter holds anything that would be missed. */
export function hasWords(letter: Letter): boolean {
  return letter.text.trim() !== "" || letter.files.length > 0;
}

/** Returns a letter as it is kept. */
export function draftOf(letter: Letter, now: number): Draft {
  return {
    mode: letter.mode,
    message: letter.message,
    to: [...letter.to],
    cc: [...letter.cc],
    bcc: [...letter.bcc],
    subject: letter.subject,
    text: letter.text,
    with_quote: letter.withQuote,
    files: [...letter.files],
    left_out: [...letter.leftOut],
    sources: [...letter.sources],
    saved_at: now,
  };
}

/** Returns the letter that was kept. */
export function letterOf(draft: Draft): Letter {
  const modes: readonly LetterMode[] = ["reply", "reply_all", "forward", "note", "new"];
  return {
    mode: modes.find((mode) => mode === draft.mode) ?? "reply",
    message: draft.message,
    to: draft.to,
    cc: draft.cc,
    bcc: draft.bcc,
    subject: draft.subject,
    text: draft.text,
    withQuote: draft.with_quote,
    files: draft.files,
    leftOut: draft.left_out,
    sources: draft.sources,
    addressed: draft.to.length > 0 || draft.cc.length > 0 || draft.subject !== "",
  };
}

/** Returns what the files of a letter weigh. */
export function weightOf(letter: Letter): number {
  return letter.files.reduce((sum, file) => sum + sizeOf(file.base64), 0);
}

/** Tells whether a text can be an address of the mail. */
export function isAddress(text: string): boolean {
  return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/u.test(text);
}

/** Reads the mailboxes that were typed or pasted, such as `Lena <lena@example>, bo@example`. */
export function mailboxesIn(text: string): AddressView[] {
  return text
    .split(/[,;\n]+/u)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const named = /^"?([^"<]*?)"?\s*<([^<>]+)>$/u.exec(part);
      return named
        ? { name: (named[1] ?? "").trim(), address: (named[2] ?? "").trim() }
        : { name: "", address: part };
    });
}

/** Tells why a letter cannot be sent yet; nothing when it can. A chat needs no address. */
export function whyNot(letter: Letter, chat = false): string | undefined {
  if (!hasWords(letter) && letter.mode !== "forward") return "empty";
  if (letter.mode === "note") return letter.text.trim() === "" ? "empty" : undefined;
  if (chat) return letter.files.length > 0 ? "files" : undefined;
  const all = [...letter.to, ...letter.cc, ...letter.bcc];
  if (all.length === 0 || all.some((one) => !isAddress(one.address))) return "recipients";
  if (weightOf(letter) > MOST_BYTES) return "weight";
  return undefined;
}

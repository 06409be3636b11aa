import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { showAtOnce } from "../../../api/acts";
import { call } from "../../../api/client";
import type { Draft, DraftFound } from "../../../api/generated/wire";
import { present } from "../../../state/clock";
import { forget, keep, recall } from "../../../state/keep";
import { store } from "../../../state/store";
import { draftOf, hasWords, type Letter, letterOf } from "./letter";

const PAUSE_MS = 600;
const RETRY_MS = 5_000;

/** How the keeping of a draft stands. */
export type Keeping = "none" | "pending" | "kept" | "failed";

/**
 * The two sheets of a conversation. What stands on one never comes to stand on the other: a word
 * for the team reaches no customer because another key was pressed.
 */
export type Sheet = "letter" | "note";

// What was last written here, by sheet: shown at once when one comes back, and safe while the
// engine does not answer.
const letters = new Map<string, Letter>();

function sheetName(conversation: string, sheet: Sheet): string {
  return sheet === "note" ? `${conversation} note` : conversation;
}

/** Tells whether anything is written on either sheet. */
function anyWords(conversation: string): boolean {
  return (["letter", "note"] as const).some((sheet) => {
    const letter = letters.get(sheetName(conversation, sheet));
    return letter !== undefined && hasWords(letter);
  });
}

// Both sheets ask at the same moment, and are told by one answer.
const asking = new Map<string, Promise<DraftFound>>();

function keptThere(conversation: string): Promise<DraftFound> {
  const running = asking.get(conversation);
  if (running) return running;
  const asked = call("draft_get", { conversation }).finally(() => asking.delete(conversation));
  asking.set(conversation, asked);
  return asked;
}

/** Forgets all letters of this window; the engine's drafts stay. */
export function forgetLetters(): void {
  letters.clear();
}

// Where a draft is kept that the engine could not take.
function besideName(conversation: string, sheet: Sheet): string {
  return `${sheet === "note" ? "note" : "draft"}.${conversation}`;
}

/** Keeps one sheet of a conversation: at each pause, when one leaves, and again until it is kept. */
class Keeper {
  readonly state = store<Keeping>("none");
  #waiting: { letter: Letter | null } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  // What was kept before the letter was sent is not kept again after it.
  #letter = 0;

  constructor(
    private readonly conversation: string,
    private readonly sheet: Sheet,
  ) {}

  put(letter: Letter | null, afterMs: number): void {
    this.#waiting = { letter };
    this.state.set("pending");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), afterMs);
  }

  /** Drops what waits: the letter was sent, and its draft went with it. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#letter += 1;
    this.#waiting = undefined;
    this.state.set("none");
  }

  /** Waits for what is being kept, so that it cannot arrive after the letter itself. */
  async settled(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#running) return this.#running;
    const waiting = this.#waiting;
    if (!waiting) return Promise.resolve();
    this.#waiting = undefined;
    this.#running = this.#keep(waiting).finally(() => {
      this.#running = undefined;
      if (this.#waiting && this.state.get() === "pending") {
        this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
      }
    });
    return this.#running;
  }

  async #keep(waiting: { letter: Letter | null }): Promise<void> {
    const kept = this.#letter;
    const draft = waiting.letter && draftOf(waiting.letter, present());
    const { conversation, sheet } = this;
    try {
      await call("draft_put", { conversation, draft, note: sheet === "note" });
      forget(besideName(conversation, sheet));
      if (kept === this.#letter && !this.#waiting) {
        this.state.set(waiting.letter ? "kept" : "none");
      }
    } catch {
      if (kept !== this.#letter) return;
      this.#waiting ??= waiting;
      // The window may be closed before the engine is back.
      if (draft) keep(besideName(conversation, sheet), draft);
      this.state.set("failed");
      this.#timer = setTimeout(() => void this.flush(), RETRY_MS);
    }
  }
}

/** A sheet of a conversation, kept by itself. */
export interface KeptLetter {
  /** What is being written; none while nothing is. */
  readonly letter: Letter | undefined;
  /** Whether it is known if there is a draft. */
  readonly known: boolean;
  /** Returns it as it is at this very moment. */
  readonly now: () => Letter | undefined;
  readonly change: (to: (before: Letter | undefined) => Letter) => void;
  /** Ends it: the words went off, or are no longer wanted. */
  readonly end: (discard: boolean) => void;
  readonly flush: () => void;
  /** Waits for what is being kept at this moment. */
  readonly settled: () => Promise<void>;
  readonly keeping: Keeper["state"];
}

/** Joins what was kept and what was begun before that was there, so that neither is lost. */
export function joined(kept: Letter, begun: Letter): Letter {
  if (!hasWords(begun)) return kept;
  return {
    ...kept,
    text: kept.text === "" ? begun.text : `${kept.text}\n${begun.text}`,
    files: [...kept.files, ...begun.files],
    sources: [...kept.sources, ...begun.sources],
  };
}

/** Returns a sheet of a conversation: restored when it is opened, kept at each pause and on leaving. */
export function useKeptLetter(conversation: string, sheet: Sheet = "letter"): KeptLetter {
  const queries = useQueryClient();
  const place = sheetName(conversation, sheet);
  const [letter, setLetter] = useState(() => letters.get(place));
  const [known, setKnown] = useState(letter !== undefined);
  const [keeper] = useState(() => new Keeper(conversation, sheet));
  const latest = useRef(letter);

  const show = useCallback(
    (next: Letter | undefined) => {
      latest.current = next;
      if (next) letters.set(place, next);
      else letters.delete(place);
      setLetter(next);
    },
    [place],
  );

  useEffect(() => {
    if (latest.current) return;
    let gone = false;
    keptThere(conversation)
      .then(
        (found) => {
          const draft = sheet === "note" ? found.note : found.draft;
          const beside = recall<Draft | null>(besideName(conversation, sheet), null);
          const newest = beside && (!draft || draft.saved_at < beside.saved_at) ? beside : draft;
          if (gone || !newest) return;
          const begun = latest.current;
          show(begun ? joined(letterOf(newest), begun) : letterOf(newest));
          if (newest === beside) keeper.put(letterOf(newest), 0);
          else if (!begun || !hasWords(begun)) keeper.state.set("kept");
        },
        () => {
          // Without an answer there is nothing to restore; what is written now is kept all the same.
        },
      )
      .finally(() => !gone && setKnown(true));
    return () => {
      gone = true;
    };
  }, [conversation, sheet, keeper, show]);

  useEffect(() => {
    const flush = () => void keeper.flush();
    const hidden = () => document.visibilityState === "hidden" && flush();
    window.addEventListener("pagehide", flush);
    window.addEventListener("blur", flush);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      flush();
      window.removeEventListener("pagehide", flush);
      window.removeEventListener("blur", flush);
      document.removeEventListener("visibilitychange", hidden);
    };
  }, [keeper]);

  const change = useCallback(
    (to: (before: Letter | undefined) => Letter) => {
      const before = latest.current;
      const next = to(before);
      if (next === before) return;
      show(next);
      const had = before !== undefined && hasWords(before);
      if (hasWords(next) || had) keeper.put(hasWords(next) ? next : null, PAUSE_MS);
      if (hasWords(next) !== had) {
        showAtOnce(queries, conversation, (row) => ({ ...row, draft: anyWords(conversation) }));
      }
    },
    [conversation, keeper, queries, show],
  );

  const end = useCallback(
    (discard: boolean) => {
      show(undefined);
      if (discard) keeper.put(null, 0);
      else keeper.drop();
      showAtOnce(queries, conversation, (row) => ({ ...row, draft: anyWords(conversation) }));
    },
    [conversation, keeper, queries, show],
  );

  const now = useCallback(() => latest.current, []);
  const flush = useCallback(() => void keeper.flush(), [keeper]);
  const settled = useCallback(() => keeper.settled(), [keeper]);
  return { letter, known, now, change, end, flush, settled, keeping: keeper.state };
}

import { useQueryClient } from "@tanstack/react-query";
import { type Ref, useCallback, useEffect, useImperativeHandle, useRef, useState } from "react";
import { sayFailure, useActs } from "../../../api/acts";
import { call } from "../../../api/client";
import type {
  ConversationHead,
  DraftSource,
  ReplyPlan,
  ReplySend,
} from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { holderOf } from "../../../api/view";
import { t, tt } from "../../../i18n";
import { useAction } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { notify } from "../../../state/toasts";
import { offerUndo, returned } from "../letters";
import { Desk, isByLetter, whyText } from "./Desk";
import { joined, useKeptLetter } from "./drafts";
import { Invitation } from "./Invitation";
import {
  hasWords,
  type Letter,
  type LetterMode,
  letterOf,
  newLetter,
  planned,
  takenFrom,
  turnedInto,
  whyNot,
} from "./letter";
import { MacroChooser } from "./MacroChooser";
import { SuggestionChooser } from "./SuggestionChooser";
import type { Caret } from "./TextBox";

/** What others may ask of the composer. */
export interface ComposerHandle {
  /** Opens it for an answer to a message, or to the newest of the customer. */
  write(mode: LetterMode, message?: string): void;
}

/** The place where answers and notes are written. */
export function Composer({
  head,
  handle,
  focused,
  onLeave,
  onSent,
}: {
  head: ConversationHead;
  handle: Ref<ComposerHandle>;
  /** The message that has the focus in the stream, when one has. */
  focused: () => string | undefined;
  /** The composer was put away; the focus goes back to what is read. */
  onLeave: () => void;
  onSent: () => void;
}) {
  const { row } = head;
  const id = row.id;
  const letters = useKeptLetter(id);
  const notes = useKeptLetter(id, "note");
  const [noting, setNoting] = useState<boolean>();
  const [whispering, setWhispering] = useState(false);
  // Opened again, a note alone is shown; a letter that somebody waits for goes first.
  const onNote = noting ?? (letters.letter === undefined && notes.letter !== undefined);
  const kept = onNote ? notes : letters;
  const { letter, change } = kept;
  const [away, setAway] = useState(false);
  const [focusTurn, setFocusTurn] = useState(0);
  const [sending, setSending] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [suggesting, setSuggesting] = useState(false);
  const caret = useRef<Caret>({ from: 0, to: 0 });
  // Sent before it was known to whom: it goes as soon as the recipients are there.
  const early = useRef<boolean>(undefined);
  const acts = useActs();
  const { plan, coming } = usePlan(id, letter);
  const base = useRead("reply_prepare", { conversation: id, mode: "reply", message: null });
  const cannot = plan?.cannot ?? base.data?.cannot ?? null;
  const closed = letter === undefined || away;

  const newer = useNewer(base.data?.message, letters.letter);

  const queries = useQueryClient();
  const mode = letter?.mode;
  const changeLetter = letters.change;
  useEffect(() => {
    if (!plan || mode === undefined || mode === "note") return;
    // The letter asks for this message by name from now on, and what is planned for it is known.
    const named = { conversation: id, mode, message: plan.message };
    queries.setQueryData(["reply_prepare", named], plan);
    changeLetter((now) => (now ? planned(now, plan) : newLetter("reply", null)));
  }, [plan, changeLetter, queries, id, mode]);

  const write = useCallback(
    (mode: LetterMode, message?: string) => {
      if (mode !== "note" && cannot !== null) return;
      const note = mode === "note";
      const now = note ? notes.now : letters.now;
      const turn = note ? notes.change : letters.change;
      early.current = undefined;
      setAway(false);
      setNoting(note);
      const end = now()?.text.length ?? 0;
      caret.current = { from: end, to: end };
      turn((before) => {
        if (!before) return newLetter(mode, message ?? null);
        return note ? before : turnedInto(before, mode, message ?? before.message);
      });
      setFocusTurn((turn) => turn + 1);
    },
    [letters.now, letters.change, notes.now, notes.change, cannot],
  );
  useImperativeHandle(handle, () => ({ write }), [write]);
  const canReply = cannot === null;
  useAction("reply", () => write("reply", focused()), canReply);
  useAction("replyAll", () => write("reply_all", focused()), canReply && isByLetter(head));
  useAction("forward", () => write("forward", focused()), canReply && isByLetter(head));
  const noteAs = (whisper: boolean) => {
    setWhispering(whisper);
    write("note");
  };
  const writeAs = (mode: LetterMode) => (mode === "note" ? noteAs(false) : write(mode));
  const holder = holderOf(row.control);
  const hears = head.can.includes("whisper");
  const whisper = () => {
    if (hears) noteAs(true);
    else notify(t("composer.whisper.deaf", { bot: holder.name }), { tone: "notice" });
  };
  useAction("note", () => noteAs(false));
  // A bot that hears nothing is said to: the key is not silent where it is looked for.
  useAction("whisper", whisper, hears || holder.kind === "bot");

  // A letter that was taken back is written on where it was.
  const back = useStore(returned);
  useEffect(() => {
    if (back?.conversation !== id) return;
    returned.set(undefined);
    const came = letterOf(back.draft);
    changeLetter((now) => (now ? joined(came, now) : came));
    setNoting(false);
    setAway(false);
    setFocusTurn((turn) => turn + 1);
  }, [back, id, changeLetter]);

  const goOn = (note: boolean) => {
    setAway(false);
    setNoting(note);
    const end = (note ? notes : letters).now()?.text.length ?? 0;
    caret.current = { from: end, to: end };
    setFocusTurn((turn) => turn + 1);
  };
  const putAway = () => {
    early.current = undefined;
    kept.flush();
    setAway(true);
    onLeave();
  };

  // Writing is a take where nobody else of the team would lose the word by it.
  const taken = useRef(false);
  const typed = (text: string, note = onNote) => {
    const write = note ? notes.change : letters.change;
    write((now) => ({ ...(now ?? newLetter(note ? "note" : "reply", null)), text }));
    const free = row.control.kind !== "agent" && head.can.includes("take");
    if (!note && free && !taken.current && text.trim() !== "") {
      taken.current = true;
      void acts.take([id]);
    }
  };

  // What is put in goes where one writes; where nothing is written yet it begins an answer.
  const insert = (words: string, source?: DraftSource) => {
    const note = letter ? onNote : !canReply;
    const sheet = note ? notes : letters;
    const end = sheet.now()?.text.length ?? 0;
    const at = closed ? { from: end, to: end } : caret.current;
    if (letter) setAway(false);
    else write(note ? "note" : "reply", focused());
    const text = sheet.now()?.text ?? "";
    typed(text.slice(0, at.from) + words + text.slice(at.to), note);
    if (source) sheet.change((now) => takenFrom(now ?? newLetter("reply", null), source));
    const after = at.from + words.length;
    caret.current = { from: after, to: after };
    setFocusTurn((turn) => turn + 1);
  };
  useAction("macro", () => setChoosing(true));
  useAction("suggest", () => setSuggesting(true));

  const send = async (resolve: boolean) => {
    if (!letter || sending) return;
    const blocked = whyNot(letter, plan?.chat);
    const waits = coming && (blocked === undefined || blocked === "recipients");
    early.current = waits ? resolve : undefined;
    if (blocked === "recipients" && plan) notify(whyText(letter), { tone: "notice" });
    if (waits || blocked !== undefined) return;
    setSending(true);
    try {
      await kept.settled();
      if (letter.mode === "note") {
        const said = { conversation: id, text: letter.text.trim() };
        if (whispering) await call("whisper", { ...said, seen_epoch: row.control.epoch });
        else await call("note_add", said);
        kept.end(false);
        setAway(true);
        setWhispering(false);
        notify(whispering ? t("done.whisper", { bot: holder.name }) : tt("done.note", { n: 1 }));
      } else {
        const queued = await call("reply_send", requestOf(head, letter, plan, resolve));
        kept.end(false);
        setAway(true);
        offerUndo(queued);
      }
      onSent();
    } catch (thrown) {
      // The words stay where they are.
      sayFailure(thrown);
    } finally {
      setSending(false);
    }
  };
  useAction("send", () => void send(false), !closed);
  useEffect(() => {
    if (early.current === undefined || coming || !letter) return;
    if (whyNot(letter, plan?.chat) !== undefined) return;
    void send(early.current);
  });

  const choosers = (
    <>
      <MacroChooser
        conversation={id}
        isOpen={choosing}
        onClose={() => setChoosing(false)}
        onPick={(words) => insert(words)}
      />
      <SuggestionChooser
        conversation={id}
        isOpen={suggesting}
        onClose={() => setSuggesting(false)}
        onPick={insert}
      />
    </>
  );
  if (closed) {
    return (
      <>
        <Invitation
          head={head}
          draft={letters.letter}
          note={notes.letter}
          cannot={cannot}
          onWrite={writeAs}
          onGoOn={goOn}
        />
        {choosers}
      </>
    );
  }
  return (
    <>
      <Desk
        head={head}
        letter={letter}
        plan={plan}
        keeping={kept.keeping}
        other={onNote ? letters.letter : notes.letter}
        canReply={canReply}
        sending={sending}
        focusTurn={focusTurn}
        onChange={(part) => change((now) => ({ ...(now ?? letter), ...part }))}
        onType={typed}
        onMode={writeAs}
        whispering={whispering}
        onWhisper={noteAs}
        onSend={send}
        onAway={putAway}
        onDiscard={() => {
          const before = letter;
          kept.end(true);
          setWhispering(false);
          // What stands on the other sheet waits there, and is not shown in place of this one.
          setAway(true);
          onLeave();
          if (hasWords(before)) {
            notify(t("composer.discarded"), {
              undo: () => {
                change((now) => (now ? joined(before, now) : before));
                goOn(onNote);
              },
            });
          }
        }}
        onTake={() => void acts.take([id])}
        onNewer={newer === undefined ? undefined : () => write(letter.mode, newer)}
        onMacro={() => setChoosing(true)}
        onSuggest={() => setSuggesting(true)}
        caret={caret}
      />
      {choosers}
    </>
  );
}

/** What the engine plans for a letter, and whether it is still to say so. */
function usePlan(
  conversation: string,
  letter: Letter | undefined,
): { plan: ReplyPlan | undefined; coming: boolean } {
  const mode = letter && letter.mode !== "note" ? letter.mode : "reply";
  const message = letter?.message ?? null;
  const read = useRead(
    "reply_prepare",
    { conversation, mode, message },
    { enabled: letter !== undefined && letter.mode !== "note" },
  );
  const wanted = letter !== undefined && letter.mode !== "note";
  return { plan: wanted ? read.data : undefined, coming: wanted && read.isPending };
}

/** The customer's newest message, when it came while a letter was being written to an older one. */
function useNewer(
  newest: string | null | undefined,
  letter: Letter | undefined,
): string | undefined {
  const writing = letter !== undefined && letter.mode !== "note" && letter.mode !== "new";
  const [begun, setBegun] = useState<string>();
  useEffect(() => {
    setBegun((before) => (writing ? (before ?? newest ?? undefined) : undefined));
  }, [writing, newest]);
  const came = writing && newest && begun !== undefined && newest !== begun;
  return came && newest !== letter.message ? newest : undefined;
}

function requestOf(
  head: ConversationHead,
  letter: Letter,
  plan: ReplyPlan | undefined,
  resolve: boolean,
): ReplySend {
  return {
    conversation: head.row.id,
    channel: null,
    mode: letter.mode === "note" ? "reply" : letter.mode,
    message: letter.message,
    to: [...letter.to],
    cc: [...letter.cc],
    bcc: [...letter.bcc],
    subject: letter.subject,
    text: letter.text,
    quote: letter.withQuote && isByLetter(head) ? (plan?.quote ?? "") : "",
    files: [...letter.files],
    forward:
      letter.mode === "forward"
        ? (plan?.attachments ?? [])
            .map((file) => file.index)
            .filter((index) => !letter.leftOut.includes(index))
        : [],
    left_out: [...letter.leftOut],
    resolve,
  };
}

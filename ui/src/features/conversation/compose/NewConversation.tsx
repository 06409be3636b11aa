import { useEffect, useRef, useState } from "react";
import { sayFailure } from "../../../api/acts";
import { call } from "../../../api/client";
import type { ChannelView } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { EmptyState } from "../../../design/components/Banner";
import { Button, IconButton } from "../../../design/components/Button";
import { Select } from "../../../design/components/Field";
import { t } from "../../../i18n";
import { bytes } from "../../../i18n/format";
import { useAction } from "../../../state/actions";
import { useInboxPlace } from "../../../state/place";
import { useStore } from "../../../state/store";
import { notify } from "../../../state/toasts";
import { AttachButton, useAttaching } from "../composer/attaching";
import composer from "../composer/Composer.module.css";
import { Kept, whyText } from "../composer/Desk";
import { useKeptLetter } from "../composer/drafts";
import { Envelope } from "../composer/Envelope";
import {
  hasWords,
  type Letter,
  letterOf,
  MOST_BYTES,
  newLetter,
  weightOf,
  whyNot,
} from "../composer/letter";
import { MacroChooser } from "../composer/MacroChooser";
import { OutgoingFiles } from "../composer/OutgoingFiles";
import { type Caret, TextBox } from "../composer/TextBox";
import { NEW, offerUndo, returned } from "../letters";
import { WarningLines } from "../stream/Oddities";
import styles from "./NewConversation.module.css";

/** Writes to somebody first: a letter that begins a conversation. */
export function NewConversation() {
  const place = useInboxPlace();
  const channels = useRead("channel_list", {}).data?.channels;
  const mailboxes = channels?.filter((one) => one.kind === "email");
  if (mailboxes?.length === 0) {
    return (
      <EmptyState
        icon="channels"
        title={t("compose.noMailbox")}
        acts={<Button onPress={place.leaveNew}>{t("action.list.back")}</Button>}
      >
        {t("compose.noMailbox.text")}
      </EmptyState>
    );
  }
  return <Sheet mailboxes={mailboxes ?? []} />;
}

function Sheet({ mailboxes }: { mailboxes: readonly ChannelView[] }) {
  const place = useInboxPlace();
  const kept = useKeptLetter(NEW);
  const [channel, setChannel] = useState<string>();
  const [sending, setSending] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [focusTurn, setFocusTurn] = useState(1);
  const caret = useRef<Caret>({ from: 0, to: 0 });
  const letter = kept.letter ?? EMPTY;
  const from = mailboxes.find((one) => one.id === channel) ?? mailboxes[0];
  const change = (part: Partial<Letter>) => kept.change((now) => ({ ...(now ?? EMPTY), ...part }));
  const attaching = useAttaching(letter, change);
  const blocked = whyNot(letter);
  const weight = weightOf(letter);

  // Taken back before it was sent, it is here again as it was.
  const back = useStore(returned);
  useEffect(() => {
    if (back?.conversation !== NEW) return;
    returned.set(undefined);
    kept.change((now) => (now && hasWords(now) ? now : letterOf(back.draft)));
    setFocusTurn((turn) => turn + 1);
  }, [back, kept.change]);

  const leave = () => {
    kept.flush();
    place.leaveNew();
  };
  const discard = () => {
    const before = kept.letter;
    kept.end(true);
    place.leaveNew();
    if (before && hasWords(before)) {
      notify(t("composer.discarded"), {
        undo: () => {
          kept.change(() => before);
          kept.flush();
          place.writeNew();
        },
      });
    }
  };
  const insert = (words: string) => {
    const { text } = kept.now() ?? EMPTY;
    const { from: start, to: end } = caret.current;
    change({ text: text.slice(0, start) + words + text.slice(end) });
    caret.current = { from: start + words.length, to: start + words.length };
    setFocusTurn((turn) => turn + 1);
  };
  const send = async () => {
    if (sending || blocked !== undefined || !from) return;
    setSending(true);
    try {
      await kept.settled();
      const queued = await call("reply_send", {
        conversation: null,
        channel: from.id,
        mode: "new",
        message: null,
        to: [...letter.to],
        cc: [...letter.cc],
        bcc: [...letter.bcc],
        subject: letter.subject,
        text: letter.text,
        quote: "",
        files: [...letter.files],
        forward: [],
        left_out: [],
        resolve: false,
      });
      kept.end(true);
      place.openConversation(queued.conversation);
      offerUndo(queued);
    } catch (thrown) {
      // The words stay where they are.
      sayFailure(thrown);
    } finally {
      setSending(false);
    }
  };
  useAction("send", () => void send());
  useAction("macro", () => setChoosing(true));
  useAction("list.back", leave);

  return (
    <section
      className={styles.sheet}
      aria-label={t("compose.title")}
      onDragOver={attaching.onDragOver}
      onDragLeave={attaching.onDragLeave}
      onDrop={attaching.onDrop}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        event.preventDefault();
        leave();
      }}
    >
      <header className={styles.head}>
        <IconButton icon="back" label={t("composer.close")} onPress={leave} />
        <h2 className={styles.title}>{t("compose.title")}</h2>
        <Kept keeping={kept.keeping} />
      </header>
      <div className={styles.body}>
        {mailboxes.length > 1 && from && (
          <div className={styles.from}>
            <span aria-hidden="true">{t("compose.from")}</span>
            <Select
              bare
              label={t("compose.from")}
              value={from.id}
              onChange={setChannel}
              choices={mailboxes.map((one) => ({ id: one.id, name: one.address || one.name }))}
            />
          </div>
        )}
        <Envelope
          conversation={NEW}
          letter={letter}
          plan={undefined}
          focusTurn={focusTurn}
          onChange={change}
          onMode={() => {}}
        />
        <TextBox
          letter={letter}
          focusTurn={focusTurn}
          caret={caret}
          onType={(text) => change({ text })}
          onPaste={attaching.onPaste}
        />
        <OutgoingFiles
          own={letter.files}
          forwarded={[]}
          onRemove={(at) => change({ files: letter.files.filter((_, index) => index !== at) })}
          onLeaveOut={() => {}}
        />
        {weight > MOST_BYTES && (
          <WarningLines texts={[t("composer.files.tooLarge", { most: bytes(MOST_BYTES) })]} />
        )}
        <div className={composer.foot}>
          <Button
            tone="primary"
            icon="send"
            action="send"
            isDisabled={blocked !== undefined || sending || !from}
            className={composer.send}
            onPress={() => void send()}
          >
            {t("composer.send")}
          </Button>
          <span className={composer.gap}>{blocked === "recipients" && whyText(letter)}</span>
          <IconButton
            icon="macro"
            label={t("macros.use")}
            action="macro"
            onPress={() => setChoosing(true)}
          />
          <AttachButton attaching={attaching} />
          <IconButton icon="close" label={t("composer.discard")} onPress={discard} />
        </div>
      </div>
      {attaching.dropping && <div className={composer.drop}>{t("composer.drop")}</div>}
      <MacroChooser
        conversation={null}
        isOpen={choosing}
        onClose={() => setChoosing(false)}
        onPick={insert}
      />
    </section>
  );
}

const EMPTY = newLetter("new", null);

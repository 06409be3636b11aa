import type { KeyboardEvent, RefObject } from "react";
import type { ConversationHead, ReplyPlan } from "../../../api/generated/wire";
import { holderOf } from "../../../api/view";
import { Baton } from "../../../design/components/Baton";
import { Button, IconButton } from "../../../design/components/Button";
import { Icon, type IconName } from "../../../design/icons";
import { t } from "../../../i18n";
import { bytes, capital } from "../../../i18n/format";
import { type ActionId, keysOf } from "../../../state/actions";
import { type Store, useStore } from "../../../state/store";
import { WarningLines } from "../stream/Oddities";
import { AttachButton, useAttaching } from "./attaching";
import styles from "./Composer.module.css";
import type { Keeping } from "./drafts";
import { Envelope } from "./Envelope";
import { hasWords, type Letter, type LetterMode, MOST_BYTES, weightOf, whyNot } from "./letter";
import { OutgoingFiles } from "./OutgoingFiles";
import { Rebuilt } from "./Rebuilt";
import { Sources } from "./Sources";
import { type Caret, Quote, TextBox } from "./TextBox";

const MODES: readonly { mode: LetterMode; icon: IconName; action: ActionId }[] = [
  { mode: "reply", icon: "reply", action: "reply" },
  { mode: "reply_all", icon: "replyAll", action: "replyAll" },
  { mode: "forward", icon: "forward", action: "forward" },
  { mode: "note", icon: "note", action: "note" },
];

/** The open composer: what is written, to whom, with what, and the ways to send it. */
export function Desk({
  head,
  letter,
  plan,
  keeping,
  other,
  canReply,
  sending,
  focusTurn,
  caret,
  onChange,
  onType,
  onMode,
  whispering,
  onWhisper,
  onSend,
  onAway,
  onDiscard,
  onMacro,
  onSuggest,
  onNewer,
  onTake,
}: {
  head: ConversationHead;
  letter: Letter;
  plan: ReplyPlan | undefined;
  keeping: Store<Keeping>;
  /** What stands on the other sheet: a note beside a letter, a letter beside a note. */
  other: Letter | undefined;
  canReply: boolean;
  sending: boolean;
  focusTurn: number;
  caret: RefObject<Caret>;
  onChange: (part: Partial<Letter>) => void;
  onType: (text: string) => void;
  onMode: (mode: LetterMode) => void;
  /** Whether the note is said to the bot. */
  whispering: boolean;
  onWhisper: (whisper: boolean) => void;
  onSend: (resolve: boolean) => void;
  onAway: () => void;
  onDiscard: () => void;
  onMacro: () => void;
  onSuggest: () => void;
  /** Turns to the newest message, when one came since this was begun. */
  onNewer: (() => void) | undefined;
  onTake: () => void;
}) {
  const note = letter.mode === "note";
  const letters = isByLetter(head);
  const attaching = useAttaching(letter, onChange);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onAway();
  };
  const weight = weightOf(letter);
  const chat = plan?.chat ?? false;
  const blocked = whyNot(letter, chat);

  return (
    <section
      className={styles.desk}
      data-mode={letter.mode}
      aria-label={t(`mode.${letter.mode}`)}
      onKeyDown={onKeyDown}
      onDragOver={attaching.onDragOver}
      onDragLeave={attaching.onDragLeave}
      onDrop={attaching.onDrop}
    >
      <div className={styles.bar}>
        <div className={styles.modes} role="radiogroup" aria-label={t("composer.mode")}>
          {MODES.filter(
            (one) => one.mode === "note" || (canReply && (letters || one.mode === "reply")),
          ).map((one) => (
            <ModeButton
              key={one.mode}
              {...one}
              chosen={one.mode === letter.mode}
              begun={other !== undefined && hasWords(other) && one.mode === other.mode}
              onPick={() => onMode(one.mode)}
            />
          ))}
        </div>
        <Kept keeping={keeping} />
        <IconButton icon="down" size="small" label={t("composer.close")} onPress={onAway} />
      </div>
      {note ? (
        <NoteLine head={head} whispering={whispering} onWhisper={onWhisper} />
      ) : (
        <>
          <Holding head={head} onTake={onTake} />
          {onNewer && (
            <div className={styles.holding} role="status">
              <p>{t("composer.newer")}</p>
              <Button size="small" icon="reply" onPress={onNewer}>
                {t("composer.newer.act")}
              </Button>
            </div>
          )}
          {letters && !chat && (
            <Envelope
              conversation={head.row.id}
              letter={letter}
              plan={plan}
              focusTurn={focusTurn}
              onChange={onChange}
              onMode={onMode}
            />
          )}
        </>
      )}
      <TextBox
        // Each sheet has a field of its own, whose steps back belong to it alone.
        key={note ? "note" : "letter"}
        letter={letter}
        focusTurn={focusTurn}
        caret={caret}
        onType={onType}
        onPaste={attaching.onPaste}
      />
      <Sources
        sources={letter.sources}
        onForget={(source) =>
          onChange({ sources: letter.sources.filter((other) => other !== source) })
        }
      />
      {!note && (
        <>
          <Rebuilt conversation={head.row.id} text={letter.text} />
          {letters && !chat && <Quote letter={letter} plan={plan} onChange={onChange} />}
          <OutgoingFiles
            own={letter.files}
            forwarded={
              letter.mode === "forward"
                ? (plan?.attachments ?? []).filter((file) => !letter.leftOut.includes(file.index))
                : []
            }
            onRemove={(at) => onChange({ files: letter.files.filter((_, place) => place !== at) })}
            onLeaveOut={(index) => onChange({ leftOut: [...letter.leftOut, index] })}
          />
          {weight > MOST_BYTES && (
            <WarningLines texts={[t("composer.files.tooLarge", { most: bytes(MOST_BYTES) })]} />
          )}
        </>
      )}
      <div className={styles.foot}>
        <Button
          tone="primary"
          icon={note ? "note" : "send"}
          action="send"
          isDisabled={blocked !== undefined || sending || (note && whispering && !canWhisper(head))}
          className={styles.send}
          onPress={() => onSend(false)}
        >
          {!note ? t("composer.send") : whispering ? t("composer.whisper") : t("composer.addNote")}
        </Button>
        {!note && head.can.includes("resolve") && (
          <Button
            tone="plain"
            isDisabled={blocked !== undefined || sending}
            onPress={() => onSend(true)}
          >
            {t("composer.sendResolve")}
          </Button>
        )}
        <span className={styles.gap}>{blocked === "recipients" && whyText(letter)}</span>
        <span className={styles.tools}>
          <IconButton icon="spark" label={t("suggest.use")} action="suggest" onPress={onSuggest} />
          <IconButton icon="macro" label={t("macros.use")} action="macro" onPress={onMacro} />
          {!note && (
            <>
              {weight > 0 && (
                <span className={styles.weight}>
                  {t("composer.files.total", { size: bytes(weight), most: bytes(MOST_BYTES) })}
                </span>
              )}
              {!chat && <AttachButton attaching={attaching} />}
            </>
          )}
          <IconButton icon="close" label={t("composer.discard")} onPress={onDiscard} />
        </span>
      </div>
      {attaching.dropping && <div className={styles.drop}>{t("composer.drop")}</div>}
    </section>
  );
}

function canWhisper(head: ConversationHead): boolean {
  return head.can.includes("whisper");
}

/** Says who reads a note: the team, or the bot that has the conversation as well. */
function NoteLine({
  head,
  whispering,
  onWhisper,
}: {
  head: ConversationHead;
  whispering: boolean;
  onWhisper: (whisper: boolean) => void;
}) {
  const holder = holderOf(head.row.control);
  const bot = holder.name;
  const can = canWhisper(head);
  const words = !whispering
    ? t("composer.text.note")
    : can
      ? t("composer.text.whisper", { bot })
      : t("composer.whisper.gone");
  return (
    <p className={styles.noteLine}>
      <Icon name={whispering ? "bot" : "note"} size={14} />
      <span role="status">{words}</span>
      {holder.kind === "bot" && !can && <span>{t("composer.whisper.deaf", { bot })}</span>}
      {(can || whispering) && (
        <Button tone="quiet" size="small" onPress={() => onWhisper(!whispering)}>
          {whispering ? t("composer.whisper.end") : t("composer.whisper.begin", { bot })}
        </Button>
      )}
    </p>
  );
}

/** Tells whether one writes letters here, with recipients, subject and quote; a chat has none. */
export function isByLetter(head: ConversationHead): boolean {
  return head.row.channel_kind === "email";
}

/** Says why a letter has nobody to go to. */
export function whyText(letter: Letter): string {
  const none = letter.to.length + letter.cc.length + letter.bcc.length === 0;
  return none ? t("composer.noRecipient") : t("composer.recipient.bad");
}

function ModeButton({
  mode,
  icon,
  action,
  chosen,
  begun,
  onPick,
}: {
  mode: LetterMode;
  icon: IconName;
  action: ActionId;
  chosen: boolean;
  /** Words wait on its sheet. */
  begun: boolean;
  onPick: () => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a radio with an icon and a key, drawn as a tab
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      className={styles.mode}
      data-mode={mode}
      title={`${t(`mode.${mode}`)} (${(keysOf(action)[0] ?? "").toUpperCase()})`}
      onClick={onPick}
    >
      <Icon name={icon} size={14} />
      <span>{t(`mode.${mode}`)}</span>
      {begun && (
        <em className={styles.begun}>
          <i className="visually-hidden">{t("composer.begun")}</i>
        </em>
      )}
    </button>
  );
}

/** Says whether the draft is kept. */
export function Kept({ keeping }: { keeping: Store<Keeping> }) {
  const state = useStore(keeping);
  return (
    <span className={styles.kept} data-state={state} aria-live="polite">
      {state === "kept" && t("composer.saved")}
      {state === "failed" && t("composer.notSaved")}
    </span>
  );
}

/** Says who holds the baton when it is not the one who writes. */
function Holding({ head, onTake }: { head: ConversationHead; onTake: () => void }) {
  const { control } = head.row;
  if (control.mine) return null;
  const kind = (["bot", "queue", "agent"] as const).find((one) => one === control.kind);
  return (
    <div className={styles.holding} data-kind={kind ?? "nobody"}>
      <Baton holder={holderOf(control)} since={false} bare />
      <p>
        {t(`composer.held.${kind ?? "nobody"}`, {
          name: capital(control.display || control.name),
        })}
      </p>
      {head.can.includes("take") && (
        <Button size="small" icon="take" onPress={onTake}>
          {t("action.take")}
        </Button>
      )}
    </div>
  );
}

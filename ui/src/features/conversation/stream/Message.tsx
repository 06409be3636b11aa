import { memo, type ReactNode, useId, useState } from "react";
import type { AddressView, Entry, MessageView, Session } from "../../../api/generated/wire";
import { HolderGlyph } from "../../../design/components/Baton";
import { IconButton } from "../../../design/components/Button";
import { Menu, type MenuEntry } from "../../../design/components/Menu";
import { Moment } from "../../../design/components/Time";
import { Icon } from "../../../design/icons";
import { t, tcode } from "../../../i18n";
import { capital, dateAndTime } from "../../../i18n/format";
import { visible } from "../../../i18n/visible";
import { notify } from "../../../state/toasts";
import { Files } from "./Files";
import { Disclosure, Fold } from "./Fold";
import { GroundsLine } from "./GroundsLine";
import { HtmlView } from "./HtmlView";
import styles from "./Message.module.css";
import { Oddities } from "./Oddities";
import { SendLine } from "./SendLine";
import { Source } from "./Source";
import { MessageText } from "./Text";

/** Whose voice a message is: it decides edge, ground and label. */
export type Voice = "customer" | "agent" | "bot" | "note" | "system";

/** Returns whose voice a message is. */
export function voiceOf(message: MessageView): Voice {
  if (message.direction === "internal") return "note";
  if (message.author === "bot" || message.author === "agent" || message.author === "customer") {
    return message.author;
  }
  return "system";
}

/** Returns the name that a message is shown under. */
export function nameOf(entry: Entry, message: MessageView, session: Session | undefined): string {
  const voice = voiceOf(message);
  if (voice === "agent" || voice === "note") {
    if (session && entry.actor === `agent:${session.agent.name}`) return t("message.you");
    return entry.actor_display || message.from.name || t("message.somebody");
  }
  if (voice === "bot") return capital(entry.actor_display || message.from.name || t("baton.bot"));
  return visible(message.from.name || message.from.address) || t("message.somebody");
}

// Which messages are shown as HTML is remembered while the window is open.
const shownAsHtml = new Map<string, boolean>();

/** Forgets which messages are shown as they were sent. */
export function forgetViews(): void {
  shownAsHtml.clear();
}

/** How a message can be answered from its own menu. */
export type AnswerMode = "reply" | "reply_all" | "forward";

/** One message or note of the stream; drawn again only when it has changed. */
export const Message = memo(function Message({
  conversation,
  entry,
  message,
  session,
  canReply,
  whole,
  onAnswer,
}: {
  conversation: string;
  entry: Entry;
  message: MessageView;
  session: Session | undefined;
  canReply: boolean;
  /** Everything is opened: what was looked for is in it. */
  whole: boolean;
  onAnswer: (mode: AnswerMode, message: string) => void;
}) {
  const voice = voiceOf(message);
  const name = nameOf(entry, message, session);
  const [html, setHtml] = useState(
    shownAsHtml.get(message.id) ?? (message.has_html && message.text.trim() === ""),
  );
  const [source, setSource] = useState(false);
  const [details, setDetails] = useState(false);
  const detailsId = useId();
  const choose = (asHtml: boolean) => {
    shownAsHtml.set(message.id, asHtml);
    setHtml(asHtml);
  };

  return (
    <div className={styles.message} data-voice={voice}>
      <header className={styles.head}>
        <span className={styles.who}>
          {(voice === "agent" || voice === "bot") && <HolderGlyph kind={voice} size={9} />}
          {voice === "note" && <Icon name="note" size={14} />}
          <bdi className={styles.name}>{name}</bdi>
          {voice !== "note" && <Address of={message.from} shown={name} />}
          {marksOf(voice, message).map((mark) => (
            <span key={mark} className={styles.mark}>
              {mark}
            </span>
          ))}
        </span>
        <span className={styles.end}>
          {voice !== "note" && (
            <button
              type="button"
              className={styles.expand}
              aria-expanded={details}
              aria-controls={details ? detailsId : undefined}
              aria-label={`${recipientsOf(message)}, ${t("message.recipients")}`}
              onClick={() => setDetails(!details)}
            >
              <span className={styles.to}>{recipientsOf(message)}</span>
              <span className={styles.sign} data-open={details || undefined}>
                <Icon name="down" size={12} />
              </span>
            </button>
          )}
          <Moment at={entry.at} className={styles.when} />
          <Menu
            label={t("message.more")}
            trigger={<IconButton icon="more" size="small" label={t("message.more")} />}
            entries={menuOf({ message, voice, canReply, html, choose, setSource, onAnswer })}
          />
        </span>
      </header>
      {details && <Details id={detailsId} entry={entry} message={message} />}
      <div className={styles.body}>
        <Oddities message={message} />
        {message.erased ? (
          <p className={styles.none}>{t("message.erased")}</p>
        ) : html ? (
          <HtmlView message={message} name={name} />
        ) : (
          <>
            {message.text.trim() === "" ? (
              message.folded.length === 0 &&
              message.attachments.length === 0 && (
                <p className={styles.none}>{t("message.empty")}</p>
              )
            ) : (
              <MessageText text={message.text} all={whole} />
            )}
            {message.folded.map((part, at) => (
              <Fold key={at} part={part} open={whole} />
            ))}
          </>
        )}
        {message.has_html && !message.erased && (
          <button type="button" className={styles.switch} onClick={() => choose(!html)}>
            <Icon name={html ? "menu" : "eye"} size={12} />
            {html ? t("message.asText") : t("message.asHtml")}
          </button>
        )}
        <Files
          message={message.id}
          files={message.attachments.filter((file) => !(html && file.inline))}
        />
        {message.grounded && !message.erased && (
          <GroundsLine conversation={conversation} message={message} />
        )}
        {message.report && <Report report={message.report} />}
        {message.outbox && <SendLine conversation={conversation} sending={message.outbox} />}
      </div>
      {source && <Source message={message.id} onClose={() => setSource(false)} />}
    </div>
  );
});

function Address({ of, shown }: { of: AddressView; shown: string }) {
  const address = visible(of.address) || t("message.noAddress");
  if (address === shown) return null;
  return (
    <bdi className={styles.address} title={address}>
      {address}
    </bdi>
  );
}

function recipientsOf(message: MessageView): string {
  const all = [...message.to, ...message.cc];
  const first = all[0];
  if (!first) return "";
  const name = visible(first.name || first.address);
  return all.length === 1
    ? t("message.recipient", { name })
    : t("message.recipient.more", { name, n: all.length - 1 });
}

function marksOf(voice: Voice, message: MessageView): string[] {
  const marks: string[] = [];
  if (voice === "bot") marks.push(t("message.mark.bot"));
  if (message.whispered !== null) {
    marks.push(t("message.mark.whisper", { bot: capital(message.whispered) }));
  } else if (voice === "note") marks.push(t("message.mark.note"));
  if (message.kind !== "message") marks.push(tcode("message.mark", message.kind));
  if (message.imported) marks.push(t("message.mark.imported"));
  return marks;
}

function menuOf({
  message,
  voice,
  canReply,
  html,
  choose,
  setSource,
  onAnswer,
}: {
  message: MessageView;
  voice: Voice;
  canReply: boolean;
  html: boolean;
  choose: (asHtml: boolean) => void;
  setSource: (open: boolean) => void;
  onAnswer: (mode: AnswerMode, message: string) => void;
}): MenuEntry[] {
  const entries: MenuEntry[] = [];
  if (canReply && voice !== "note" && !message.erased) {
    entries.push(
      {
        id: "reply",
        name: t("action.reply"),
        icon: "reply",
        run: () => onAnswer("reply", message.id),
      },
      {
        id: "replyAll",
        name: t("action.replyAll"),
        icon: "replyAll",
        run: () => onAnswer("reply_all", message.id),
      },
      {
        id: "forward",
        name: t("action.forward"),
        icon: "forward",
        run: () => onAnswer("forward", message.id),
      },
      "line",
    );
  }
  if (message.has_html) {
    entries.push({
      id: "html",
      name: html ? t("message.asText") : t("message.asHtml"),
      icon: "eye",
      run: () => choose(!html),
    });
  }
  entries.push({
    id: "copy",
    name: t("message.copy"),
    icon: "copy",
    isDisabled: message.text === "",
    run: () => {
      void navigator.clipboard.writeText(message.text).then(() => notify(t("message.copied")));
    },
  });
  if (message.has_source) {
    entries.push({
      id: "source",
      name: t("message.source"),
      icon: "mail",
      run: () => setSource(true),
    });
  }
  return entries;
}

const HOUR = 3_600_000;

function Details({ id, entry, message }: { id: string; entry: Entry; message: MessageView }) {
  const claimed = message.claimed_date;
  return (
    <dl id={id} className={styles.details}>
      <Detail name={t("message.from")}>{inFull([message.from])}</Detail>
      {message.reply_to.length > 0 && (
        <Detail name={t("message.replyTo")}>{inFull(message.reply_to)}</Detail>
      )}
      {message.to.length > 0 && <Detail name={t("message.to")}>{inFull(message.to)}</Detail>}
      {message.cc.length > 0 && <Detail name={t("message.cc")}>{inFull(message.cc)}</Detail>}
      {message.subject && (
        <Detail name={t("message.subject")}>
          <bdi>{visible(message.subject)}</bdi>
        </Detail>
      )}
      {claimed !== null && Math.abs(claimed - entry.at) > HOUR && (
        <Detail name={t("message.claimed")}>{dateAndTime(claimed)}</Detail>
      )}
    </dl>
  );
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function inFull(list: readonly AddressView[]): ReactNode {
  return list.map((one, at) => (
    <span key={`${one.address} ${at}`} className={styles.mailbox}>
      {one.name && <bdi>{visible(one.name)}</bdi>}
      <bdi className={styles.address}>{visible(one.address) || t("message.noAddress")}</bdi>
    </span>
  ));
}

function Report({ report }: { report: NonNullable<MessageView["report"]> }) {
  const to = report.recipient || t("report.somebody");
  const known = ["failed", "delayed", "delivered", "relayed", "expanded"].includes(report.action);
  const key = known ? (report.action as "failed") : "other";
  return (
    <div className={styles.report} data-action={report.action}>
      <p className={styles.reportLine}>
        <strong>{t(`report.${key}`, { to })}</strong>
        {report.status && <code>{report.status}</code>}
      </p>
      {report.diagnostic && (
        <Disclosure label={t("line.open")}>
          <p className={styles.diagnostic}>{report.diagnostic}</p>
        </Disclosure>
      )}
    </div>
  );
}

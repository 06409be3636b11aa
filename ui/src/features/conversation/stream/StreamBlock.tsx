import { memo } from "react";
import type { Session } from "../../../api/generated/wire";
import { t } from "../../../i18n";
import { dateAndTime, dayLabel } from "../../../i18n/format";
import type { Block } from "./blocks";
import { type AnswerMode, Message, nameOf, voiceOf } from "./Message";
import { QuietLine } from "./QuietLine";
import styles from "./Stream.module.css";
import { sentenceOf } from "./words";

/**
 * A block of the stream: a heading for a day, the mark of what is new, or an entry; drawn again
 * only when something about it has changed.
 */
export const StreamBlock = memo(function StreamBlock({
  conversation,
  block,
  place,
  count,
  tabbable,
  found,
  session,
  canReply,
  onFocus,
  onAnswer,
  onWhy,
  onPacket,
}: {
  conversation: string;
  block: Block;
  /** Its place among all that can be walked to, from 1. */
  place: number;
  /** How many there are; -1 while nobody knows. */
  count: number;
  tabbable: boolean;
  /** Whether it is what was looked for. */
  found: boolean;
  session: Session | undefined;
  canReply: boolean;
  onFocus: (key: string) => void;
  onAnswer: (mode: AnswerMode, message: string) => void;
  onWhy: (decision: string) => void;
  onPacket: () => void;
}) {
  if (block.is === "day") {
    return (
      <h3 className={styles.day}>
        <span>{dayLabel(block.at)}</span>
      </h3>
    );
  }
  if (block.is === "new") {
    return (
      <p className={styles.new}>
        <span>{t("stream.new")}</span>
      </p>
    );
  }
  return (
    <article
      className={styles.entry}
      data-key={block.key}
      data-found={found || undefined}
      aria-label={says(block, session)}
      aria-posinset={place}
      aria-setsize={count}
      tabIndex={tabbable ? 0 : -1}
      onFocus={() => onFocus(block.key)}
    >
      {block.is === "message" ? (
        <Message
          conversation={conversation}
          entry={block.entry}
          message={block.message}
          session={session}
          canReply={canReply}
          whole={found}
          onAnswer={onAnswer}
        />
      ) : (
        <QuietLine
          entry={block.entry}
          more={block.with}
          session={session}
          onWhy={onWhy}
          onPacket={onPacket}
        />
      )}
    </article>
  );
});

function says(
  block: Extract<Block, { is: "message" | "line" }>,
  session: Session | undefined,
): string {
  if (block.is === "line") return sentenceOf(block.entry, session);
  return t(`message.says.${voiceOf(block.message)}`, {
    name: nameOf(block.entry, block.message, session),
    when: dateAndTime(block.entry.at),
  });
}

/** Stands in while a conversation is read. */
export function Bones() {
  return (
    <div className={styles.bones} aria-hidden="true">
      {[3, 2, 4].map((lines) => (
        <div key={lines} className={styles.bone} data-lines={lines} />
      ))}
    </div>
  );
}

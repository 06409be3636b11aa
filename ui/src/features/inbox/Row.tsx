import { memo } from "react";
import type { ConversationRow } from "../../api/generated/wire";
import type { ListedRow } from "../../api/queries";
import { deadlineOf, holderOf } from "../../api/view";
import { Baton, holderSentence } from "../../design/components/Baton";
import { ClockRing, deadlineSentence } from "../../design/components/ClockRing";
import { Tags } from "../../design/components/Tag";
import { Ago, Moment } from "../../design/components/Time";
import { cx } from "../../design/cx";
import { Icon } from "../../design/icons";
import { t } from "../../i18n";
import { shortMoment, spanInWords } from "../../i18n/format";
import { present } from "../../state/clock";
import styles from "./Row.module.css";

interface RowProps {
  row: ListedRow;
  compact: boolean;
  /** Whether there is little width. */
  narrow: boolean;
  open: boolean;
  active: boolean;
  selected: boolean;
}

/** Shows one conversation of a list: who holds it, with whom it is, what it says, how soon it is due. */
export const Row = memo(function Row({ row, compact, narrow, open, active, selected }: RowProps) {
  const holder = holderOf(row.control);
  return (
    <div
      className={cx(styles.row, compact && styles.compact, narrow && styles.narrow)}
      data-active={active || undefined}
      data-selected={selected || undefined}
      data-open={open || undefined}
      data-unread={row.unread > 0 || undefined}
      data-escalated={row.escalated || undefined}
    >
      <span className={styles.baton}>
        <Baton holder={holder} since={false} bare={narrow && compact} />
      </span>
      {!compact && <Ago at={holder.sinceMs} className={styles.since} />}
      {selected && (
        <span className={styles.tick}>
          <Icon name="check" size={13} />
        </span>
      )}
      <span className={styles.who}>
        <span className={styles.name} dir="auto">
          {row.contact.name || row.contact.address || t("row.nobody")}
        </span>
        <Marks row={row} />
      </span>
      <span className={styles.what} dir="auto">
        {row.draft && (
          <>
            {/* Set apart: it does not decide which way the words run. */}
            <bdi className={styles.draft}>{t("row.draft")}</bdi>{" "}
          </>
        )}
        {row.damaged ? <Damaged /> : <What row={row} />}
      </span>
      <span className={styles.when}>
        {!compact && (
          <span className={styles.tags}>
            <Tags names={row.tags} most={narrow ? 1 : 2} />
          </span>
        )}
        <When row={row} />
      </span>
    </div>
  );
});

// What was put off says when it comes back; anything else what is due next, or when it was last said.
function When({ row }: { row: ConversationRow }) {
  const deadline = deadlineOf(row.clock);
  if (row.status === "snoozed" && row.snoozed_until !== null) {
    return (
      <span className={styles.back}>
        <Icon name="snoozed" size={12} />
        {shortMoment(row.snoozed_until, present())}
      </span>
    );
  }
  return deadline ? <ClockRing deadline={deadline} /> : <Moment at={row.last_at} />;
}

// A row of which a part is lost does not pretend to say what the conversation is about.
function Damaged() {
  return (
    <span className={styles.trouble}>
      <Icon name="warning" size={12} /> {t("row.damaged")}
    </span>
  );
}

// What was searched for is shown where it stands: in the subject, or in the words around it.
function What({ row }: { row: ListedRow }) {
  const { subject, snippet, found } = row;
  const hit = found?.find((piece) => piece.hit)?.text.toLocaleLowerCase();
  const inSubject = hit ? subject.toLocaleLowerCase().indexOf(hit) : -1;
  if (found && hit && inSubject < 0) {
    return found.map((piece, at) =>
      piece.hit ? (
        <mark key={at} className={styles.hit}>
          {piece.text}
        </mark>
      ) : (
        piece.text
      ),
    );
  }
  return (
    <>
      <span className={styles.subject}>
        {hit ? (
          <>
            {subject.slice(0, inSubject)}
            <mark className={styles.hit}>{subject.slice(inSubject, inSubject + hit.length)}</mark>
            {subject.slice(inSubject + hit.length)}
          </>
        ) : (
          subject
        )}
      </span>
      {snippet && (subject ? ` — ${snippet}` : snippet)}
    </>
  );
}

function Marks({ row }: { row: ConversationRow }) {
  return (
    <span className={styles.marks}>
      {row.channel_kind !== "email" && <Icon name="chat" size={12} />}
      {row.attachments && <Icon name="attach" size={12} />}
      {row.send_trouble && (
        <span className={styles.trouble}>
          <Icon name="warning" size={12} />
        </span>
      )}
    </span>
  );
}

/** Returns the row as one sentence, as a screen reader says it. */
export function rowSentence(row: ConversationRow, now: number): string {
  const deadline = deadlineOf(row.clock);
  return [
    row.damaged && t("row.damaged"),
    row.escalated && t("row.escalated"),
    row.unread > 0 && t("row.unread", { n: row.unread }),
    row.contact.name || row.contact.address,
    row.subject,
    holderSentence(holderOf(row.control), now),
    row.status === "snoozed" &&
      row.snoozed_until !== null &&
      t("status.snoozed.until", { until: shortMoment(row.snoozed_until, now) }),
    deadline && deadlineSentence(deadline, now),
    row.tags.length > 0 && t("row.tags", { tags: row.tags.join(", ") }),
    row.draft && t("row.draft"),
    row.send_trouble && t("row.trouble"),
    t("row.last", { span: spanInWords(now - row.last_at) }),
  ]
    .filter(Boolean)
    .join(". ");
}

/** Shows where rows will be, while the first page is read. */
export function RowSkeletons({ count }: { count: number }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: count }, (_, at) => (
        <div key={at} className={styles.skeleton}>
          <span className={styles.bone} />
          <span className={styles.bone} />
        </div>
      ))}
    </div>
  );
}

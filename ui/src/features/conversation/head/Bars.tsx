import { useActs } from "../../../api/acts";
import type { ConversationHead, Session } from "../../../api/generated/wire";
import { HolderGlyph } from "../../../design/components/Baton";
import { Button } from "../../../design/components/Button";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { capital, shortMoment, span } from "../../../i18n/format";
import { present, useNow } from "../../../state/clock";
import { partyName } from "../stream/words";
import styles from "./Bars.module.css";

/** Says that control is offered, to whom and for how long, with the answers. */
export function OfferBar({
  head,
  session,
}: {
  head: ConversationHead;
  session: Session | undefined;
}) {
  const acts = useActs();
  const { offer, row } = head;
  if (!offer) return null;
  const who = capital(row.control.display || row.control.name) || t("party.system");
  return (
    <section className={styles.bar} data-tone="offer" aria-label={t("pass.act.offer")}>
      <HolderGlyph kind="agent" size={10} />
      <p className={styles.text}>
        {offer.to_me
          ? t("offer.to.me", { who })
          : t("offer.to.other", { to: partyName(offer.to, session) })}
      </p>
      <Left until={offer.expires_at} />
      {offer.to_me && (
        <span className={styles.acts}>
          <Button size="small" tone="primary" onPress={() => void acts.accept(row.id, offer.id)}>
            {t("offer.accept")}
          </Button>
          <Button size="small" onPress={() => void acts.decline(row.id, offer.id)}>
            {t("offer.decline")}
          </Button>
        </span>
      )}
    </section>
  );
}

function Left({ until }: { until: number }) {
  const now = useNow("second");
  return (
    <span className={styles.left} role="timer">
      {t("offer.left", { span: span(Math.max(0, until - now)) })}
    </span>
  );
}

/** Says until when a conversation is put off, and what brings it back before that. */
export function SnoozeBar({ head }: { head: ConversationHead }) {
  const acts = useActs();
  const { row } = head;
  if (row.status !== "snoozed" || row.snoozed_until === null) return null;
  const until = shortMoment(row.snoozed_until, present());
  return (
    <section className={styles.bar} data-tone="snoozed" aria-label={t("status.snoozed")}>
      <Icon name="snoozed" />
      <p className={styles.text}>
        {t("status.snoozed.until", { until })}{" "}
        <span className={styles.left}>{t("snooze.early")}</span>
      </p>
      <Button size="small" onPress={() => void acts.status([row.id], "open")}>
        {t("snooze.end")}
      </Button>
    </section>
  );
}

/** Says that a conversation is escalated, why, and when more people will be told. */
export function EscalationBar({ head }: { head: ConversationHead }) {
  const acts = useActs();
  const { row } = head;
  if (!row.escalated || row.control.mine || row.status === "solved") return null;
  // Who is offered it takes it by accepting: one button, not two that do nearly the same.
  const offered = head.offer?.to_me ?? false;
  return (
    <section className={styles.bar} data-tone="escalated" aria-label={t("escalation.bar")}>
      <Icon name="escalated" />
      <div className={styles.text}>
        <p>{head.sentence || t("escalation.bar")}</p>
        {head.ladder_next_at !== null && <NextRung at={head.ladder_next_at} />}
      </div>
      {head.can.includes("take") && !offered && (
        <Button size="small" tone="primary" action="take" onPress={() => void acts.take([row.id])}>
          {t("action.take")}
        </Button>
      )}
    </section>
  );
}

function NextRung({ at }: { at: number }) {
  const now = useNow("second");
  if (at <= now) return null;
  return <p className={styles.left}>{t("escalation.next", { span: span(at - now) })}</p>;
}

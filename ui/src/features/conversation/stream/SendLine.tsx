import { sayFailure } from "../../../api/acts";
import { call } from "../../../api/client";
import type { OutgoingView } from "../../../api/generated/wire";
import { Button } from "../../../design/components/Button";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { clockTime } from "../../../i18n/format";
import { useSecondsLeft } from "../../../state/clock";
import { takeBack } from "../letters";
import styles from "./SendLine.module.css";

/** How the sending of a message stands, and what can be done about it. */
export function SendLine({
  conversation,
  sending,
}: {
  conversation: string;
  sending: OutgoingView;
}) {
  const { outbox, state, error } = sending;
  const ask = (name: "send_retry") => {
    call(name, { conversation, outbox }).catch(sayFailure);
  };
  const judge = (verdict: "sent" | "resend") => {
    call("send_judge", { conversation, outbox, verdict }).catch(sayFailure);
  };
  switch (state) {
    case "queued":
      return <Queued conversation={conversation} sending={sending} />;
    case "committing":
      return <p className={styles.line}>{t("send.committing")}</p>;
    case "sent":
      return (
        <p className={styles.line}>
          <Icon name="check" size={12} />
          {t("send.sent")}
        </p>
      );
    case "failed":
      return (
        <div className={styles.trouble} data-tone="broken" role="alert">
          <Icon name="warning" size={14} />
          <p className={styles.said}>
            <strong>{t("send.failed")}</strong> {error}
          </p>
          <span className={styles.acts}>
            <Button size="small" onPress={() => ask("send_retry")}>
              {t("send.retry")}
            </Button>
            <Button
              size="small"
              tone="quiet"
              onPress={() => void takeBack(conversation, outbox, false)}
            >
              {t("send.back")}
            </Button>
          </span>
        </div>
      );
    case "in_doubt":
      return (
        <div className={styles.trouble} data-tone="soon" role="alert">
          <Icon name="warning" size={14} />
          <p className={styles.said}>
            <strong>{t("send.in_doubt.short")}</strong> {t("send.in_doubt")}
            {error && <span className={styles.error}>{error}</span>}
          </p>
          <span className={styles.acts}>
            <Button size="small" onPress={() => judge("sent")}>
              {t("send.judge.sent")}
            </Button>
            <Button size="small" onPress={() => judge("resend")}>
              {t("send.judge.resend")}
            </Button>
          </span>
        </div>
      );
    case "refused":
    case "bounced":
      return (
        <div className={styles.trouble} data-tone="broken" role="alert">
          <Icon name="warning" size={14} />
          <p className={styles.said}>
            <strong>{t(state === "bounced" ? "send.bounced" : "send.refused")}</strong>{" "}
            <bdi>{error}</bdi>
          </p>
        </div>
      );
    case "cancelled":
      return <p className={styles.line}>{t("send.cancelled")}</p>;
    default:
      return null;
  }
}

function Queued({ conversation, sending }: { conversation: string; sending: OutgoingView }) {
  const left = useSecondsLeft(sending.undo_until);
  if (left > 0) {
    return (
      <p className={styles.line}>
        {t("send.undo", { n: left })}
        <button
          type="button"
          className={styles.act}
          onClick={() => void takeBack(conversation, sending.outbox, true)}
        >
          {t("send.undo.act")}
        </button>
      </p>
    );
  }
  if (sending.next_at !== null && sending.attempts > 0) {
    return (
      <p className={styles.line} data-tone="soon">
        {t("send.next", { time: clockTime(sending.next_at) })}
        {sending.error && <span className={styles.error}>{sending.error}</span>}
      </p>
    );
  }
  return <p className={styles.line}>{t("send.queued")}</p>;
}

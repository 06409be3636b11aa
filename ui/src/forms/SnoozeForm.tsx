import { useState } from "react";
import { useActs } from "../api/acts";
import { Button } from "../design/components/Button";
import { t } from "../i18n";
import { present } from "../state/clock";
import { hourOf, snoozeChoices } from "../state/snooze";
import styles from "./Forms.module.css";

// The value of a date field: local time, without a zone.
function fieldValue(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Puts conversations off: to a usual time, or to a date. */
export function SnoozeForm({ ids, onDone }: { ids: readonly string[]; onDone: () => void }) {
  const acts = useActs();
  const [now] = useState(present);
  const [date, setDate] = useState(() => fieldValue(hourOf(now, 7)));
  const snooze = (until: number) => {
    onDone();
    void acts.snooze(ids, until);
  };
  const until = new Date(date).getTime();
  return (
    <div className={styles.form}>
      <div className={styles.choices}>
        {snoozeChoices(now).map((choice, at) => (
          <button
            key={choice.id}
            type="button"
            className={styles.choice}
            // biome-ignore lint/a11y/noAutofocus: a popover is opened to choose from it
            autoFocus={at === 0}
            onClick={() => snooze(choice.until)}
          >
            <span>{choice.name}</span>
            <span className={styles.partyHint}>{choice.when}</span>
          </button>
        ))}
      </div>
      <form
        className={styles.date}
        onSubmit={(event) => {
          event.preventDefault();
          if (until > now) snooze(until);
        }}
      >
        <label className={styles.dateLabel}>
          <span>{t("snooze.date")}</span>
          <input
            type="datetime-local"
            className={styles.dateField}
            min={fieldValue(now)}
            value={date}
            onChange={(event) => setDate(event.target.value)}
          />
        </label>
        <Button type="submit" isDisabled={!(until > now)}>
          {t("snooze.act")}
        </Button>
      </form>
      <p className={styles.early}>{t("snooze.early")}</p>
    </div>
  );
}

import type { LabelView } from "../../../api/generated/wire";
import { LABELS, type LabelName, setLabel } from "../../../api/labels";
import { useRead } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { Button } from "../../../design/components/Button";
import { Ago } from "../../../design/components/Time";
import { t, tcode, tt } from "../../../i18n";
import { type ActionId, useAction } from "../../../state/actions";
import styles from "./Judging.module.css";

const ACTION: Readonly<Record<LabelName, ActionId>> = {
  needed: "judge.needed",
  not_needed: "judge.notNeeded",
  too_late: "judge.tooLate",
  should_have_been_human: "judge.missed",
};

/** Lets the conversation that is open be judged by one key each. */
export function useJudging(conversation: string): void {
  const fitting = useRead("labels_get", { conversation }).data?.fitting ?? [];
  const say = (label: LabelName) => () => void setLabel(conversation, label);
  useAction(ACTION.needed, say("needed"), fitting.includes("needed"));
  useAction(ACTION.not_needed, say("not_needed"), fitting.includes("not_needed"));
  useAction(ACTION.too_late, say("too_late"), fitting.includes("too_late"));
  useAction(
    ACTION.should_have_been_human,
    say("should_have_been_human"),
    fitting.includes("should_have_been_human"),
  );
}

/** Whether a person was needed: what was said so far, and by whom, and one's own word. */
export function Judging({ conversation }: { conversation: string }) {
  const asked = useRead("labels_get", { conversation });
  const read = asked.data;
  if (asked.isError && !read) {
    return <ReadFailed line what={t("label.unread")} error={asked.error} again={asked.refetch} />;
  }
  if (!read || (read.fitting.length === 0 && read.labels.length === 0)) return null;
  const own = read.labels.find((one) => one.mine && one.episode === read.episode);
  return (
    <section className={styles.judging} aria-label={t("label.title")}>
      <h3 className={styles.title}>{t("label.title")}</h3>
      <fieldset className={styles.choices} aria-label={t("label.title")}>
        {LABELS.filter((label) => read.fitting.includes(label)).map((label) => (
          <Button
            key={label}
            size="small"
            tone={own?.label === label ? "primary" : "plain"}
            icon={own?.label === label ? "check" : undefined}
            action={ACTION[label]}
            onPress={() => void setLabel(conversation, label)}
          >
            {tcode("label", label)}
          </Button>
        ))}
      </fieldset>
      {read.labels.length > 0 && (
        <ul className={styles.said}>
          {read.labels.map((one) => (
            <li key={`${one.episode} ${one.agent}`}>
              <span>{saidBy(one)}</span>
              {one.episode !== read.episode && (
                <span className={styles.also}>{t("label.earlier", { n: one.episode })}</span>
              )}
              {one.sampled && <span className={styles.also}>{t("label.sampled")}</span>}
              <Ago at={one.at} className={styles.also} />
            </li>
          ))}
        </ul>
      )}
      {own ? (
        <Button tone="quiet" size="small" onPress={() => void setLabel(conversation, null)}>
          {t("label.takeBack")}
        </Button>
      ) : (
        <p className={styles.also}>{t("label.text")}</p>
      )}
    </section>
  );
}

function saidBy(one: LabelView): string {
  const who = one.mine ? t("party.You") : one.display;
  const known = tcode("label.said", one.label, "") !== "";
  return tt(`label.said.${known ? one.label : "other"}` as "label.said.other", { who });
}

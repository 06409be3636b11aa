import { useEffect, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { Learning } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { Button } from "../../design/components/Button";
import { NumberField } from "../../design/components/NumberField";
import { Card, Line, Section } from "../../design/components/Page";
import { t } from "../../i18n";
import { notify } from "../../state/toasts";
import styles from "./settings.module.css";

/** How much people are asked so that the rules learn, and what a missed conversation is worth. */
export function LearningSettings() {
  const read = useRead("learning_get", {});
  if (read.data) return <Fields known={read.data} />;
  return read.isError ? (
    <Section title={t("learning.label")}>
      <ReadFailed line error={read.error} again={read.refetch} />
    </Section>
  ) : null;
}

function Fields({ known }: { known: Learning }) {
  const [sample, setSample] = useState(known.audit_sample);
  const [miss, setMiss] = useState(known.miss_cost);
  useEffect(() => {
    setSample(known.audit_sample);
    setMiss(known.miss_cost);
  }, [known.audit_sample, known.miss_cost]);
  const changed = sample !== known.audit_sample || miss !== known.miss_cost;
  const save = () => {
    call("learning_set", { audit_sample: sample, miss_cost: miss }).then(
      () => notify(t("settings.saved")),
      sayFailure,
    );
  };
  return (
    <Section title={t("learning.label")} text={t("learning.text")}>
      <form
        className={styles.learning}
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) save();
        }}
      >
        <Card>
          <Line name={t("learning.sample")} hint={t("learning.sample.hint")}>
            <div className={styles.figure}>
              <NumberField
                bare
                label={t("learning.sample")}
                value={sample}
                onChange={(next) => setSample(Math.round(next))}
                min={0}
                max={known.audit_most}
                step={1}
              />
            </div>
          </Line>
          <Line name={t("learning.miss")} hint={t("learning.miss.hint")}>
            <div className={styles.figure}>
              <NumberField
                bare
                label={t("learning.miss")}
                value={miss}
                onChange={setMiss}
                min={0}
                max={known.miss_most}
                step={1}
              />
            </div>
          </Line>
        </Card>
        {changed && (
          <div className={styles.acts}>
            <Button type="submit" tone="primary">
              {t("settings.save")}
            </Button>
            <Button
              tone="quiet"
              onPress={() => {
                setSample(known.audit_sample);
                setMiss(known.miss_cost);
              }}
            >
              {t("cancel")}
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
}

import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { Select } from "../../design/components/Field";
import { Card, Line, Section } from "../../design/components/Page";
import { t } from "../../i18n";
import { notify } from "../../state/toasts";

const USUAL = [0, 1, 2, 5, 10, 15, 30, 60];

/** Times that hold for the whole workspace. */
export function TimesSettings() {
  const read = useRead("times_get", {});
  const known = read.data;
  if (!known) {
    return read.isError ? (
      <Section title={t("times.label")}>
        <ReadFailed line error={read.error} again={read.refetch} />
      </Section>
    ) : null;
  }
  const set = (minutes: number) =>
    call("times_set", { wrap_up_minutes: minutes }).then(
      () => notify(t("settings.saved")),
      sayFailure,
    );
  return (
    <Section title={t("times.label")} text={t("times.text")}>
      <Card>
        <Line name={t("times.wrapUp")} hint={t("times.wrapUp.hint")}>
          <Select
            bare
            label={t("times.wrapUp")}
            value={String(known.wrap_up_minutes)}
            onChange={(minutes) => void set(Number(minutes))}
            choices={[...new Set([...USUAL, known.wrap_up_minutes])]
              .sort((a, b) => a - b)
              .map((n) => ({
                id: String(n),
                name: n === 0 ? t("times.none") : t("time.minutes", { n }),
              }))}
          />
        </Line>
      </Card>
    </Section>
  );
}

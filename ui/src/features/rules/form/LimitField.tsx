import { useState } from "react";
import type { FactView } from "../../../api/generated/wire";
import { Select } from "../../../design/components/Field";
import { NumberField } from "../../../design/components/NumberField";
import { t } from "../../../i18n";
import { valueName } from "../../../i18n/facts";
import styles from "./Conditions.module.css";
import { Chips, KeptField } from "./fields";
import {
  type LimitKind,
  readDuration,
  readInstant,
  readList,
  readText,
  splitDuration,
  UNITS,
  type Unit,
  writeDuration,
  writeInstant,
  writeList,
} from "./limits";

/** The field a limit is written in: as its fact is, in figures, a length of time, words or a choice. */
export function LimitField({
  fact,
  kind,
  limit,
  onChange,
}: {
  fact: FactView | undefined;
  kind: LimitKind;
  limit: string;
  onChange: (limit: string) => void;
}) {
  const label = t("rules.limit");
  switch (kind) {
    case "none":
      return null;
    case "number":
      return (
        <NumberField
          bare
          label={label}
          value={Number(limit)}
          step={fact?.kind === "int" ? 1 : 0.05}
          unit={fact?.kind === "int" ? fact.unit : undefined}
          onChange={(value) =>
            onChange(
              fact?.kind === "int" || !Number.isInteger(value) ? String(value) : value.toFixed(1),
            )
          }
        />
      );
    case "duration":
      return <DurationField limit={limit} onChange={onChange} />;
    case "time":
      return (
        <input
          type="datetime-local"
          className={styles.instant}
          aria-label={label}
          value={readInstant(limit)}
          onChange={(event) => event.target.value && onChange(writeInstant(event.target.value))}
        />
      );
    case "choice": {
      const value = readText(limit);
      const values = fact?.values ?? [];
      return (
        <Select
          bare
          label={label}
          value={value}
          onChange={(next) => onChange(JSON.stringify(next))}
          choices={(values.includes(value) ? values : [value, ...values]).map((id) => ({
            id,
            name: valueName(fact?.name, id),
          }))}
        />
      );
    }
    case "choices": {
      const chosen = readList(limit);
      return (
        <fieldset className={styles.choices} aria-label={label}>
          {(fact?.values ?? chosen).map((value) => {
            const on = chosen.includes(value);
            return (
              <button
                key={value}
                type="button"
                className={styles.choice}
                aria-pressed={on}
                // One must stay: nothing is ever one of none.
                disabled={on && chosen.length === 1}
                onClick={() =>
                  onChange(
                    writeList(
                      on ? chosen.filter((one) => one !== value) : [...chosen, value],
                      "choice",
                    ),
                  )
                }
              >
                {valueName(fact?.name, value)}
              </button>
            );
          })}
        </fieldset>
      );
    }
    case "texts":
      return (
        <Chips
          bare
          label={label}
          values={readList(limit)}
          choices={fact?.values}
          onChange={(values) =>
            values.length > 0 && onChange(writeList(values, fact?.kind ?? "text"))
          }
        />
      );
    case "text":
      return (
        <KeptField
          bare
          label={label}
          value={readText(limit)}
          placeholder={t("rules.limit.text")}
          onKeep={(text) => onChange(JSON.stringify(text))}
        />
      );
  }
}

function DurationField({ limit, onChange }: { limit: string; onChange: (limit: string) => void }) {
  const ms = readDuration(limit) ?? 0;
  const split = splitDuration(ms);
  // The unit that was chosen stays, also where another would hold the same length whole.
  const [chosen, setChosen] = useState<Unit>();
  const unit = UNITS.find((one) => one.id === chosen) ?? UNITS.find((one) => one.id === split.unit);
  const size = unit?.ms ?? 60_000;
  return (
    <div className={styles.duration}>
      <NumberField
        bare
        label={t("rules.limit")}
        value={ms / size}
        min={0}
        step={1}
        onChange={(figure) => onChange(writeDuration(figure * size))}
      />
      <Select
        bare
        label={t("rules.unit")}
        value={unit?.id ?? "m"}
        onChange={(id) => {
          setChosen(id);
          const next = UNITS.find((one) => one.id === id)?.ms ?? size;
          onChange(writeDuration((ms / size) * next));
        }}
        choices={UNITS.map(({ id }) => ({ id, name: t(`rules.unit.${id}`) }))}
      />
    </div>
  );
}

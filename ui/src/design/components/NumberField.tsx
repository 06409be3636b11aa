import { NumberField as AriaNumberField, Button, Group, Input, Label } from "react-aria-components";
import { t } from "../../i18n";
import { cx } from "../cx";
import { Icon } from "../icons";
import field from "./Field.module.css";
import styles from "./NumberField.module.css";

/** A field for a figure, with steps by arrow keys and buttons. */
export function NumberField({
  label,
  value,
  onChange,
  bare,
  min,
  max,
  step,
  unit,
  percent,
}: {
  label: string;
  value: number;
  onChange: (value: number) => void;
  /** Hides the label from the eye, not from screen readers. */
  bare?: boolean;
  min?: number;
  max?: number;
  step?: number;
  /** Shown behind the figure. */
  unit?: string;
  /** Shows a share from 0 to 1 in percent. */
  percent?: boolean;
}) {
  return (
    <AriaNumberField
      className={field.field ?? ""}
      aria-label={bare ? label : undefined}
      value={value}
      minValue={min}
      maxValue={max}
      formatOptions={
        percent ? { style: "percent" } : { maximumFractionDigits: 6, useGrouping: false }
      }
      onChange={(next) => {
        if (!Number.isNaN(next)) onChange(next);
      }}
      onKeyDown={(event) => {
        // Steps of the arrows; a figure between two steps may still be written.
        if (step === undefined || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
        const next = value + (event.key === "ArrowUp" ? step : -step);
        event.preventDefault();
        onChange(within(Number(next.toFixed(6)), min, max));
      }}
    >
      {!bare && <Label className={field.label}>{label}</Label>}
      <Group className={cx(field.box, styles.box)}>
        <Input className={field.input ?? ""} />
        {unit && <span className={styles.unit}>{unit}</span>}
        <span className={styles.steps}>
          <Button
            slot={null}
            className={styles.step ?? ""}
            aria-label={t("field.more")}
            excludeFromTabOrder
            onPress={() => onChange(within(Number((value + (step ?? 1)).toFixed(6)), min, max))}
          >
            <Icon name="plus" size={12} />
          </Button>
          <Button
            slot={null}
            className={styles.step ?? ""}
            aria-label={t("field.less")}
            excludeFromTabOrder
            onPress={() => onChange(within(Number((value - (step ?? 1)).toFixed(6)), min, max))}
          >
            <Icon name="minus" size={12} />
          </Button>
        </span>
      </Group>
    </AriaNumberField>
  );
}

function within(value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY) {
  return Math.min(max, Math.max(min, value));
}

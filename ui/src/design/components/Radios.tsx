import { Label, Radio, RadioGroup } from "react-aria-components";
import styles from "./Radios.module.css";

/** One of a few ways, each with what it means. */
export interface Way<K extends string> {
  readonly id: K;
  readonly name: string;
  readonly hint: string;
}

/** A choice of one way among a few that are worth reading before one chooses. */
export function Radios<K extends string>({
  label,
  ways,
  value,
  onChange,
}: {
  label: string;
  ways: readonly Way<K>[];
  value: K;
  onChange: (value: K) => void;
}) {
  return (
    <RadioGroup
      className={styles.group ?? ""}
      value={value}
      onChange={(next) => onChange(next as K)}
    >
      <Label className={styles.label}>{label}</Label>
      {ways.map((way) => (
        <Radio key={way.id} value={way.id} className={styles.way ?? ""}>
          <span className={styles.mark} aria-hidden="true" />
          <span className={styles.text}>
            {way.name}
            <span className={styles.hint}>{way.hint}</span>
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

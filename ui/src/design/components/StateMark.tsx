import { Icon, type IconName } from "../icons";
import styles from "./StateMark.module.css";

/** How a thing stands. */
export type MarkState = "ok" | "busy" | "warn" | "bad" | "off";

const ICONS: Record<MarkState, IconName> = {
  ok: "check",
  busy: "refresh",
  warn: "warning",
  bad: "close",
  off: "minus",
};

/** Shows how a thing stands, by sign and colour; the words stand beside it. */
export function StateMark({ state }: { state: MarkState }) {
  return (
    <span className={styles.mark} data-state={state}>
      <Icon name={ICONS[state]} size={12} />
    </span>
  );
}

import { keyLabel } from "../../state/keys";
import styles from "./Kbd.module.css";

/** Shows the keys of an action, such as "Mod+k" or "g q". */
export function Kbd({ keys }: { keys: string }) {
  if (!keys) return null;
  const steps = keyLabel(keys);
  return (
    <span className={styles.keys} aria-hidden="true">
      {steps.map((step, at) => (
        <kbd key={at} className={styles.key}>
          {step}
        </kbd>
      ))}
    </span>
  );
}

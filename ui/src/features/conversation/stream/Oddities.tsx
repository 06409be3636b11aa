import type { MessageView, Warning } from "../../../api/generated/wire";
import { Icon } from "../../../design/icons";
import { type TextKey, t, tcode, tt } from "../../../i18n";
import styles from "./Oddities.module.css";

/** Returns what a warning says, in a sentence. */
export function warningText(prefix: "warning" | "problem", warning: Warning): string {
  const { code, detail } = warning;
  if (tcode(prefix, code, "") === "") return tt(`${prefix}.other`, { code, detail }).trim();
  return tt(`${prefix}.${code}` as TextKey, { detail });
}

/** What is odd about a message or its recipients, in calm lines. */
export function WarningLines({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <ul className={styles.lines}>
      {texts.map((text) => (
        <li key={text} className={styles.line}>
          <Icon name="warning" size={14} />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is odd about a message: its sender, how it came here, what could not be read. */
export function Oddities({ message }: { message: MessageView }) {
  const flagged = message.join === "flagged";
  return (
    <WarningLines
      texts={[
        ...(flagged ? [t("message.flagged")] : []),
        ...message.warnings
          .filter((one) => !(flagged && one.code === "joined_by_reference_only"))
          .map((one) => warningText("warning", one)),
        ...message.problems.map((one) => warningText("problem", one)),
      ]}
    />
  );
}

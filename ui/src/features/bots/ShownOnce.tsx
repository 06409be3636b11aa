import { Button } from "../../design/components/Button";
import { Section } from "../../design/components/Page";
import { t } from "../../i18n";
import { notify } from "../../state/toasts";
import styles from "./bots.module.css";

/** Words that are shown this once: read, copied, put away. */
export function ShownOnce({
  title,
  text,
  words,
  focus,
  onDone,
}: {
  title: string;
  text: string;
  words: string;
  /** Takes the focus, where what had it is gone. */
  focus?: boolean;
  onDone: () => void;
}) {
  const copy = () => {
    void navigator.clipboard.writeText(words).then(() => notify(t("bots.once.copied")));
  };
  return (
    <Section title={title} text={text}>
      <output className={styles.once} aria-label={title}>
        <code className={styles.words}>{words}</code>
      </output>
      <div className={styles.acts}>
        <Button icon="copy" onPress={copy} autoFocus={focus ?? false}>
          {t("bots.once.copy")}
        </Button>
        <Button tone="quiet" onPress={onDone}>
          {t("bots.once.done")}
        </Button>
      </div>
    </Section>
  );
}

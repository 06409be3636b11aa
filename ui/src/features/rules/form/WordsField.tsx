import { useState } from "react";
import { sayFailure } from "../../../api/acts";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { useTheBench } from "../bench";
import { makeEdit } from "../desk";
import styles from "./Conditions.module.css";
import { Chips } from "./fields";

/** The words of a set, folded under the line that asks for them. */
export function WordsField({ name }: { name: string }) {
  const { names } = useTheBench();
  const [open, setOpen] = useState(false);
  const set = names.words.find((one) => one.name === name);
  if (!set) return null;
  return (
    <div className={styles.words}>
      <button
        type="button"
        className={styles.wordsHead}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? "down" : "right"} size={12} />
        {t("rules.words", { n: set.words.length, name })}
        {!open && <span className={styles.wordsFew}>{set.words.slice(0, 6).join(", ")}…</span>}
      </button>
      {open && (
        <Chips
          bare
          label={t("rules.words.label", { name })}
          hint={t("rules.words.hint")}
          values={set.words}
          onChange={(words) =>
            makeEdit({ kind: "words_set", name, words: [...words] }).catch(sayFailure)
          }
        />
      )}
    </div>
  );
}

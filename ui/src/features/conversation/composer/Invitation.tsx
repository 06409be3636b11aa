import type { ConversationHead } from "../../../api/generated/wire";
import { holderOf } from "../../../api/view";
import { Baton } from "../../../design/components/Baton";
import { Button } from "../../../design/components/Button";
import { Kbd } from "../../../design/components/Kbd";
import { cx } from "../../../design/cx";
import { Icon } from "../../../design/icons";
import { t, tcode } from "../../../i18n";
import { keysOf } from "../../../state/actions";
import styles from "./Composer.module.css";
import { hasWords, type Letter, type LetterMode } from "./letter";

/** What stands below the stream while nothing is written: who holds the baton, and how to begin. */
export function Invitation({
  head,
  draft,
  note,
  cannot,
  onWrite,
  onGoOn,
}: {
  head: ConversationHead;
  draft: Letter | undefined;
  note: Letter | undefined;
  cannot: string | null;
  onWrite: (mode: LetterMode) => void;
  /** Goes on with what was begun: the note, or the letter. */
  onGoOn: (note: boolean) => void;
}) {
  const name = head.row.contact.name;
  const noted = note !== undefined && hasWords(note);
  return (
    <section className={styles.invitation} aria-label={t("composer.label")}>
      {cannot !== null && <p className={styles.cannot}>{cannotText(cannot)}</p>}
      <div className={styles.begin}>
        {cannot === null && (
          <button
            type="button"
            className={styles.blank}
            onClick={() => (draft ? onGoOn(false) : onWrite("reply"))}
          >
            <Baton holder={holderOf(head.row.control)} since={false} bare />
            <span className={styles.blankText}>
              {draft && hasWords(draft) ? (
                <>
                  <em>{t("composer.hint.draft")}</em> {draft.text.slice(0, 120)}
                </>
              ) : (
                t("composer.hint.reply", { name })
              )}
            </span>
            <Kbd keys={keysOf("reply")[0] ?? ""} />
          </button>
        )}
        {!noted && (
          <Button tone="quiet" icon="note" action="note" onPress={() => onWrite("note")}>
            {t("mode.note")}
          </Button>
        )}
      </div>
      {noted && (
        <button
          type="button"
          className={cx(styles.blank, styles.paper)}
          onClick={() => onGoOn(true)}
        >
          <Icon name="note" size={14} />
          <span className={styles.blankText}>
            <em>{t("composer.hint.note")}</em> {note.text.slice(0, 120)}
          </span>
          <Kbd keys={keysOf("note")[0] ?? ""} />
        </button>
      )}
    </section>
  );
}

function cannotText(code: string): string {
  return tcode("composer.cannot", code, t("composer.cannot.other", { code }));
}

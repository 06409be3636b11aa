import type { ConversationHead } from "../../../api/generated/wire";
import { holderOf } from "../../../api/view";
import { Baton } from "../../../design/components/Baton";
import { Button } from "../../../design/components/Button";
import { Kbd } from "../../../design/components/Kbd";
import { t, tcode } from "../../../i18n";
import { keysOf } from "../../../state/actions";
import styles from "./Composer.module.css";
import { hasWords, type Letter, type LetterMode } from "./letter";

/** What stands below the stream while nothing is written: who holds the baton, and how to begin. */
export function Invitation({
  head,
  draft,
  cannot,
  onWrite,
}: {
  head: ConversationHead;
  draft: Letter | undefined;
  cannot: string | null;
  onWrite: (mode?: LetterMode) => void;
}) {
  const name = head.row.contact.name;
  return (
    <section className={styles.invitation} aria-label={t("composer.label")}>
      {cannot !== null && <p className={styles.cannot}>{cannotText(cannot)}</p>}
      <div className={styles.begin}>
        {cannot === null && (
          <button
            type="button"
            className={styles.blank}
            onClick={() => onWrite(draft ? undefined : "reply")}
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
        <Button tone="quiet" icon="note" action="note" onPress={() => onWrite("note")}>
          {t("mode.note")}
        </Button>
      </div>
    </section>
  );
}

function cannotText(code: string): string {
  return tcode("composer.cannot", code, t("composer.cannot.other", { code }));
}

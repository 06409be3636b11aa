import { Link } from "@tanstack/react-router";
import type { ReviewFigures, ReviewView } from "../../api/generated/wire";
import { CaseMeta } from "../../design/components/Case";
import { Changes } from "../../design/components/Changes";
import { Card } from "../../design/components/Page";
import { Ago } from "../../design/components/Time";
import { t, tcode } from "../../i18n";
import { capital, count, percent, span } from "../../i18n/format";
import { visible, visibleLines } from "../../i18n/visible";
import styles from "./review.module.css";

/** How reviews went, as a table: all together, then each rule. */
export function Figures({ figures }: { figures: readonly ReviewFigures[] }) {
  return (
    <div className={styles.scroll}>
      <table className={styles.figures}>
        <thead>
          <tr>
            <th scope="col">{t("review.rule.column")}</th>
            <th scope="col">{t("review.how.approved")}</th>
            <th scope="col">{t("review.how.edited")}</th>
            <th scope="col">{t("review.how.rejected")}</th>
            <th scope="col">{t("review.how.expired")}</th>
            <th scope="col">{t("review.median")}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map((one) => {
            const read = one.approved + one.edited + one.rejected + one.expired;
            return (
              <tr key={one.rule ?? ""}>
                <th scope="row">{one.rule ?? t("review.all")}</th>
                <Share n={one.approved} of={read} />
                <Share n={one.edited} of={read} />
                <Share n={one.rejected} of={read} />
                <Share n={one.expired} of={read} />
                <td>{one.median_minutes === null ? "–" : span(one.median_minutes * 60_000)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Share({ n, of }: { n: number; of: number }) {
  return (
    <td>
      {count(n)}
      {of > 0 && n > 0 && <span className={styles.share}> {percent(n / of)}</span>}
    </td>
  );
}

/** What became of the last drafts, the newest first, with what was changed. */
export function Settled({ settled }: { settled: readonly ReviewView[] }) {
  return (
    <Card>
      <ol className={styles.settled}>
        {settled.map((one) => (
          <SettledDraft key={one.draft} one={one} />
        ))}
      </ol>
    </Card>
  );
}

function SettledDraft({ one }: { one: ReviewView }) {
  const end = one.settled;
  if (!end) return null;
  return (
    <li>
      <CaseMeta>
        <span className={styles.how} data-how={end.how}>
          {tcode("review.how", end.how)}
        </span>
        {end.code && ` · ${tcode("review.code", end.code)}`}
        {end.by && ` · ${visible(end.by)}`} · {capital(one.author_display)}
        {one.row && (
          <>
            {" · "}
            <Link to="/c/$id" params={{ id: one.conversation }} className={styles.link}>
              {visible(one.row.contact.name)}
            </Link>
          </>
        )}
        {" · "}
        <Ago at={end.at} /> · {t("review.waited", { span: span(end.waited_ms) })}
      </CaseMeta>
      <p className={styles.settledText} dir="auto">
        {end.changes.length > 0 ? (
          <Changes changes={end.changes} />
        ) : (
          visibleLines(one.erased ? t("review.erased") : one.text)
        )}
      </p>
    </li>
  );
}

import { Link } from "@tanstack/react-router";
import type { DecisionView, RuleView } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import styles from "./Differences.module.css";
import panel from "./panels.module.css";

/** Both decisions of one moment, each with the rules that spoke and the values they read. */
export function SideBySide({ job, conversation }: { job: string; conversation: string }) {
  const read = useRead("backtest_point", { job, conversation });
  if (read.isError && !read.data) {
    return <ReadFailed line error={read.error} again={read.refetch} />;
  }
  if (!read.data) return <p className={panel.quiet}>{t("rules.differences.comparing")}</p>;
  return (
    <div className={styles.both}>
      <Side label={t("rules.differences.old")} decision={read.data.old} />
      <Side label={t("rules.differences.new")} decision={read.data.new} />
      <Link
        className={styles.more}
        to="/c/$id"
        params={{ id: conversation }}
        search={{ in: "all" }}
      >
        {t("rules.differences.open")}
      </Link>
    </div>
  );
}

function Side({ label, decision }: { label: string; decision: DecisionView }) {
  return (
    <section className={styles.side} aria-label={label}>
      <h3 className={styles.label}>{label}</h3>
      <p className={styles.sentence}>{decision.sentence || t("rules.differences.nothing")}</p>
      {decision.matched.map((rule) => (
        <Rule key={rule.id} rule={rule} truth={t("rules.differences.matched")} />
      ))}
      {decision.near.map((rule) => (
        <Rule key={rule.id} rule={rule} truth={t("rules.differences.near")} />
      ))}
    </section>
  );
}

function Rule({ rule, truth }: { rule: RuleView; truth: string }) {
  return (
    <div className={styles.rule}>
      <p className={styles.ruleName}>
        {rule.reason || rule.id} <span className={styles.truth}>{truth}</span>
      </p>
      <ul>
        {rule.rows.map((row) => (
          <li key={row.text} className={styles.condition}>
            <Icon
              name={row.truth === "true" ? "check" : row.truth === "false" ? "close" : "minus"}
              size={12}
            />
            <span className={styles.about} title={row.text}>
              <span className="visually-hidden">
                {t(
                  row.truth === "true"
                    ? "why.truth.true"
                    : row.truth === "false"
                      ? "why.truth.false"
                      : "why.truth.unknown",
                )}
              </span>
              {row.about || row.fact}
            </span>
            <span className={styles.value}>
              <bdi>{row.value || t("why.unknown")}</bdi>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

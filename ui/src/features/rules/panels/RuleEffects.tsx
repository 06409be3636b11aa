import type { RuleEffectView } from "../../../api/generated/wire";
import { t } from "../../../i18n";
import { useRulesPlace } from "../place";
import styles from "./Metrics.module.css";
import panel from "./panels.module.css";
import { Scroller } from "./Scroller";

/** What each rule does before and after, those that change first. */
export function RuleEffects({ rules }: { rules: readonly RuleEffectView[] }) {
  const place = useRulesPlace();
  const change = (one: RuleEffectView) =>
    Math.abs((one.new?.matched ?? 0) - (one.old?.matched ?? 0));
  const sorted = [...rules].sort((a, b) => change(b) - change(a));
  return (
    <Scroller className={styles.scroll} label={t("rules.table", { what: t("rules.replay.rules") })}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("rules.effects.rule")}</th>
            <th scope="col">{t("rules.effects.matched")}</th>
            <th scope="col">{t("rules.effects.acted")}</th>
            <th scope="col">{t("rules.effects.near")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((one) => {
            const near = [...one.near].sort((a, b) => b.points - a.points)[0];
            return (
              <tr key={one.rule}>
                <th scope="row">
                  <button
                    type="button"
                    className={panel.link}
                    onClick={() => place.open(one.rule, "form")}
                  >
                    {one.rule}
                  </button>
                </th>
                <td>{pair(one.old?.matched, one.new?.matched)}</td>
                <td>{pair(one.old?.acted, one.new?.acted)}</td>
                <td title={near?.text}>{near ? near.points : ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroller>
  );
}

function pair(old: number | undefined, now: number | undefined): string {
  if (old === now) return t("rules.effects.same", { n: now ?? 0 });
  return t("rules.effects.pair", { old: old ?? 0, new: now ?? 0 });
}

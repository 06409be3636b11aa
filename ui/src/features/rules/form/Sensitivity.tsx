import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/client";
import type { BacktestCurveView, CurvePointView, FactView } from "../../../api/generated/wire";
import { ReadFailed } from "../../../api/ReadFailed";
import { Button } from "../../../design/components/Button";
import { t } from "../../../i18n";
import { present } from "../../../state/clock";
import { useTheBench } from "../bench";
import styles from "./Sensitivity.module.css";
import { limitName } from "./words";

const DAY = 86_400_000;

/** What other limits of a line would have done: a slider over the curve, which can be adopted. */
export function Sensitivity({
  rule,
  row,
  fact,
  limit,
  onUse,
}: {
  rule: string;
  row: number;
  fact: FactView | undefined;
  limit: string;
  onUse: (limit: string) => void;
}) {
  const { desk } = useTheBench();
  const [since] = useState(() => Math.floor((present() - 28 * DAY) / DAY) * DAY);
  const request = { text: desk.text, rule, row, since };
  const read = useQuery({
    queryKey: ["backtest_curve", request],
    queryFn: () => call("backtest_curve", request),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  if (read.isError && !read.data) {
    return <ReadFailed line error={read.error} again={read.refetch} />;
  }
  const view = read.data;
  if (!view) {
    return (
      <div className={styles.box}>
        <p className={styles.note}>{t("rules.try.reading")}</p>
      </div>
    );
  }
  if (view.points === 0 || view.curve.length === 0) {
    return (
      <p className={styles.note} role="status">
        {t("rules.try.nothing")}
      </p>
    );
  }
  return <Curve view={view} fact={fact} limit={limit} onUse={onUse} />;
}

function nearest(curve: readonly CurvePointView[], limit: number): number {
  let best = 0;
  for (const [at, point] of curve.entries()) {
    const far = Math.abs(point.limit - limit);
    if (far < Math.abs((curve[best]?.limit ?? 0) - limit)) best = at;
  }
  return best;
}

function Curve({
  view,
  fact,
  limit,
  onUse,
}: {
  view: BacktestCurveView;
  fact: FactView | undefined;
  limit: string;
  onUse: (limit: string) => void;
}) {
  const { curve } = view;
  const now = nearest(curve, view.present);
  const [at, setAt] = useState(now);
  const [seen, setSeen] = useState(limit);
  if (seen !== limit) {
    setSeen(limit);
    setAt(now);
  }
  const point = curve[at] ?? curve[now];
  const was = curve[now];
  if (!point || !was) return null;
  const words = limitName(fact, view.op, point.text);
  const most = Math.max(1, ...curve.map((one) => one.matches));
  const x = (index: number) => (curve.length < 2 ? 50 : (index / (curve.length - 1)) * 100);
  const y = (matches: number) => 46 - (matches / most) * 42;
  const path = curve
    .map((one, index) => `${index === 0 ? "M" : "L"}${x(index)} ${y(one.matches)}`)
    .join("");
  return (
    <div className={styles.box}>
      <svg
        className={styles.curve}
        viewBox="0 0 100 48"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path className={styles.area} d={`${path}L100 48L0 48Z`} />
        <path className={styles.stroke} d={path} />
        <path className={styles.was} d={`M${x(now)} 0V48`} />
        <path className={styles.at} d={`M${x(at)} 0V48`} />
      </svg>
      <input
        type="range"
        className={styles.slider}
        aria-label={t("rules.try.slider")}
        aria-valuetext={t("rules.try.says", {
          limit: words,
          matches: point.matches,
          conversations: point.conversations,
        })}
        min={0}
        max={curve.length - 1}
        step={1}
        value={at}
        onChange={(event) => setAt(Number(event.target.value))}
      />
      <div className={styles.says}>
        <p>
          <strong>{words}</strong> {t("rules.try.matches", { n: point.matches })}
          {point.handoffs !== null && ` · ${t("rules.try.handoffs", { n: point.handoffs })}`}
          <span className={styles.before}>
            {at === now
              ? t("rules.try.same")
              : t("rules.try.before", {
                  limit: limitName(fact, view.op, was.text),
                  matches: was.matches,
                })}
          </span>
        </p>
        <Button size="small" isDisabled={at === now} onPress={() => onUse(point.text)}>
          {t("rules.try.use")}
        </Button>
      </div>
    </div>
  );
}

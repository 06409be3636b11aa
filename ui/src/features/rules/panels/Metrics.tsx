import type { MetricView } from "../../../api/generated/wire";
import { currentLocale, t, tcode } from "../../../i18n";
import styles from "./Metrics.module.css";
import { Scroller } from "./Scroller";

/** The figures of a back-test: before, after, the difference with its interval, and how sure it is. */
export function Metrics({ metrics, table }: { metrics: readonly MetricView[]; table: boolean }) {
  return table ? <Table metrics={metrics} /> : <Charts metrics={metrics} />;
}

function figure(value: number | null, signed = false): string {
  if (value === null) return t("rules.metric.notKnown");
  return value.toLocaleString(currentLocale(), {
    maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0,
    signDisplay: signed ? "exceptZero" : "auto",
  });
}

function range(metric: MetricView): string {
  if (metric.low === null || metric.high === null) return "";
  return t("rules.metric.range", {
    low: figure(metric.low, true),
    high: figure(metric.high, true),
  });
}

function name(metric: MetricView): string {
  return tcode("rules.metric", metric.name, metric.says);
}

function Charts({ metrics }: { metrics: readonly MetricView[] }) {
  return (
    <ul className={styles.metrics}>
      {metrics.map((metric) => (
        <li key={metric.name} className={styles.metric}>
          <div className={styles.name}>
            <span title={metric.says}>{name(metric)}</span>
            <span className={styles.kind} data-kind={metric.kind}>
              {tcode("rules.kind", metric.kind)}
            </span>
          </div>
          <div className={styles.values}>
            <span className={styles.old}>{figure(metric.old)}</span>
            <span aria-hidden="true">→</span>
            <span className="visually-hidden">{t("rules.metric.to")}</span>
            <strong>{figure(metric.new)}</strong>
          </div>
          <div className={styles.delta}>
            <Interval metric={metric} />
            <span className={styles.deltaText}>
              <strong>{metric.delta === null ? "" : figure(metric.delta, true)}</strong>{" "}
              <span className={styles.range}>{range(metric)}</span>
            </span>
          </div>
          {metric.note && <p className={styles.note}>{metric.note}</p>}
        </li>
      ))}
    </ul>
  );
}

// The difference on a scale of its own, nought in the middle: a bar for the interval, a mark for
// the figure itself. A bound has open ends, because all between them is possible alike.
function Interval({ metric }: { metric: MetricView }) {
  const { delta, low, high } = metric;
  const ends = [delta, low, high].filter((one): one is number => one !== null);
  if (ends.length === 0) return <svg className={styles.interval} aria-hidden="true" />;
  const most = Math.max(...ends.map(Math.abs), 1e-9);
  const x = (value: number) => 50 + (value / most) * 46;
  return (
    <svg
      className={styles.interval}
      viewBox="0 0 100 16"
      preserveAspectRatio="none"
      aria-hidden="true"
      data-kind={metric.kind}
    >
      <path className={styles.zero} d="M50 1V15" />
      {low !== null && high !== null && (
        <path className={styles.reach} d={`M${x(low)} 8H${x(high)}`} />
      )}
      {low !== null && high !== null && metric.kind === "bound" && (
        <path className={styles.ends} d={`M${x(low)} 3V13M${x(high)} 3V13`} />
      )}
      {delta !== null && <path className={styles.mark} d={`M${x(delta)} 2V14`} />}
    </svg>
  );
}

function Table({ metrics }: { metrics: readonly MetricView[] }) {
  return (
    <Scroller
      className={styles.scroll}
      label={t("rules.table", { what: t("rules.replay.metrics") })}
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("rules.metric.what")}</th>
            <th scope="col">{t("rules.metric.old")}</th>
            <th scope="col">{t("rules.metric.new")}</th>
            <th scope="col">{t("rules.metric.delta")}</th>
            <th scope="col">{t("rules.metric.interval")}</th>
            <th scope="col">{t("rules.metric.n")}</th>
            <th scope="col">{t("rules.metric.sure")}</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <tr key={metric.name}>
              <th scope="row">{name(metric)}</th>
              <td>{figure(metric.old)}</td>
              <td>{figure(metric.new)}</td>
              <td>{metric.delta === null ? "" : figure(metric.delta, true)}</td>
              <td>{range(metric)}</td>
              <td>{figure(metric.n)}</td>
              <td>{tcode("rules.kind", metric.kind)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

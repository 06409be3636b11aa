import { useState } from "react";
import type { LoadView } from "../../../api/generated/wire";
import { Select } from "../../../design/components/Field";
import { cx } from "../../../design/cx";
import { currentLocale, t } from "../../../i18n";
import styles from "./HeatMap.module.css";
import { Scroller } from "./Scroller";

const DAYS = 7;
const HOURS = 24;

type Shown = "new" | "old" | "change";

/** Handoffs to queues by hour of the week: a map for the eye, the same figures as a table. */
export function HeatMap({ load, table }: { load: readonly LoadView[]; table: boolean }) {
  const [shown, setShown] = useState<Shown>("new");
  const [at, setAt] = useState<number>();
  if (load.length < DAYS * HOURS) return <p className={styles.none}>{t("rules.load.none")}</p>;
  const value = (index: number) => {
    const cell = load[index] ?? { old: 0, new: 0 };
    return shown === "change" ? cell.new - cell.old : cell[shown];
  };
  const most = Math.max(1, ...load.map((_, index) => Math.abs(value(index))));
  const day = (index: number) =>
    // The first of January 2024 was a Monday.
    new Intl.DateTimeFormat(currentLocale(), { weekday: "short", timeZone: "UTC" }).format(
      new Date(Date.UTC(2024, 0, 1 + index)),
    );
  const says = (index: number) => {
    const cell = load[index] ?? { old: 0, new: 0 };
    return t("rules.load.cell", {
      day: day(Math.floor(index / HOURS)),
      hour: `${index % HOURS}:00`,
      old: cell.old,
      new: cell.new,
    });
  };
  const days = Array.from({ length: DAYS }, (_, index) => index);
  const hours = Array.from({ length: HOURS }, (_, index) => index);
  return (
    <div className={styles.map}>
      <div className={styles.head}>
        <Select
          bare
          label={t("rules.load.shown")}
          value={shown}
          onChange={setShown}
          choices={[
            { id: "new", name: t("rules.load.new") },
            { id: "old", name: t("rules.load.old") },
            { id: "change", name: t("rules.load.change") },
          ]}
        />
        <p className={styles.says} aria-hidden="true">
          {at === undefined ? t("rules.load.most", { n: most }) : says(at)}
        </p>
      </div>
      {table ? (
        <Scroller
          className={styles.scroll}
          label={t("rules.table", { what: t("rules.replay.load") })}
        >
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("rules.load.hour")}</th>
                {days.map((index) => (
                  <th key={index} scope="col">
                    {day(index)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {hours.map((hour) => (
                <tr key={hour}>
                  <th scope="row">{hour}:00</th>
                  {days.map((index) => (
                    <td key={index}>{value(index * HOURS + hour)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      ) : (
        <div
          className={styles.grid}
          role="img"
          aria-label={t("rules.load.picture", { hour: says(peak(load)) })}
          onPointerLeave={() => setAt(undefined)}
        >
          {days.map((index) => (
            <div key={index} className={styles.row}>
              <span className={styles.day}>{day(index)}</span>
              <svg
                viewBox={`0 0 ${HOURS} 1`}
                preserveAspectRatio="none"
                className={styles.cells}
                aria-hidden="true"
              >
                {hours.map((hour) => {
                  const cell = index * HOURS + hour;
                  const n = value(cell);
                  return (
                    <rect
                      key={hour}
                      x={hour + 0.05}
                      y={0.05}
                      width={0.9}
                      height={0.9}
                      className={cx(styles.cell, n < 0 && styles.less)}
                      fillOpacity={n === 0 ? 0 : 0.15 + (Math.abs(n) / most) * 0.85}
                      onPointerEnter={() => setAt(cell)}
                    />
                  );
                })}
              </svg>
            </div>
          ))}
          <div className={styles.row}>
            <span className={styles.day} />
            <div className={styles.hours}>
              {[0, 6, 12, 18].map((hour) => (
                <span key={hour}>{hour}:00</span>
              ))}
            </div>
          </div>
        </div>
      )}
    </div>
  );
}

function peak(load: readonly LoadView[]): number {
  let best = 0;
  for (const [index, cell] of load.entries()) {
    if (cell.new > (load[best]?.new ?? 0)) best = index;
  }
  return best;
}

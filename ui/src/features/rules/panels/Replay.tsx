import { useState } from "react";
import type { BacktestView } from "../../../api/generated/wire";
import { ReadFailed } from "../../../api/ReadFailed";
import { EmptyState } from "../../../design/components/Banner";
import { Button } from "../../../design/components/Button";
import { Select, Switch } from "../../../design/components/Field";
import { t } from "../../../i18n";
import { percent, shortDate } from "../../../i18n/format";
import { useStore } from "../../../state/store";
import { useTheBench } from "../bench";
import { Differences } from "./Differences";
import { HeatMap } from "./HeatMap";
import { Metrics } from "./Metrics";
import styles from "./panels.module.css";
import { RuleEffects } from "./RuleEffects";
import {
  keepsUp,
  type Reach,
  reach,
  setKeepsUp,
  setReach,
  startReplay,
  stopReplay,
  useReplay,
} from "./replaying";

const REACHES: readonly Reach[] = [7, 28, 90, 0];

/** What the rules as they are written would have done with what has happened. */
export function Replay() {
  const { dirty, errors } = useTheBench();
  const { job, view, current, failure, unread } = useReplay();
  const days = useStore(reach);
  const auto = useStore(keepsUp);
  const running = view?.state === "running";
  return (
    <div className={styles.panel}>
      <section className={styles.section} aria-label={t("rules.replay")}>
        <div className={styles.controls}>
          <Select
            bare
            label={t("rules.replay.reach")}
            value={String(days)}
            onChange={(id) => {
              setReach(REACHES.find((one) => String(one) === id) ?? 28);
              if (job !== undefined && !auto) void startReplay();
            }}
            choices={REACHES.map((one) => ({
              id: String(one),
              name: one === 0 ? t("rules.replay.all") : t("rules.replay.days", { n: one }),
            }))}
          />
          {running ? (
            <Button onPress={stopReplay}>{t("rules.replay.cancel")}</Button>
          ) : (
            <Button
              tone={view && current ? "plain" : "primary"}
              isDisabled={errors > 0}
              onPress={() => void startReplay()}
            >
              {t(view ? "rules.replay.again" : "rules.replay.start")}
            </Button>
          )}
          <Switch isSelected={auto} onChange={setKeepsUp}>
            <span>{t("rules.replay.auto")}</span>
          </Switch>
        </div>
        <Progress view={view} />
        {failure && (
          <p className={styles.bad} role="alert">
            {failure.message} {failure.hint}
          </p>
        )}
        {unread && <ReadFailed line error={unread.error} again={unread.again} />}
        {view?.state === "failed" && (
          <p className={styles.bad} role="alert">
            {view.error}
          </p>
        )}
        {view?.state === "cancelled" && <p className={styles.quiet}>{t("rules.replay.stopped")}</p>}
        {view && !current && !running && <p className={styles.quiet}>{t("rules.replay.older")}</p>}
      </section>
      {view?.state === "done" && job !== undefined ? (
        <Result view={view} job={job} current={current} />
      ) : (
        !view &&
        !failure &&
        !unread && (
          <EmptyState icon="replay" title={t("rules.replay.none")}>
            {t(dirty ? "rules.replay.none.dirty" : "rules.replay.none.text")}
          </EmptyState>
        )
      )}
    </div>
  );
}

function Progress({ view }: { view: BacktestView | undefined }) {
  const running = view?.state === "running";
  const share = !view || view.total === 0 ? 0 : view.done / view.total;
  return (
    <div className={styles.progress} data-running={running || undefined}>
      {running && view && (
        <>
          <div
            role="progressbar"
            aria-label={t("rules.replay")}
            aria-valuenow={Math.round(share * 100)}
            aria-valuemin={0}
            aria-valuemax={100}
            className={styles.track}
          >
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect className={styles.barHit} width={share * 100} height="4" />
            </svg>
          </div>
          <span className={styles.hint}>
            {t("rules.replay.progress", {
              done: view.done,
              total: view.total,
              share: percent(share),
            })}
          </span>
        </>
      )}
    </div>
  );
}

function Result({ view, job, current }: { view: BacktestView; job: string; current: boolean }) {
  const [tables, setTables] = useState(false);
  if (view.points === 0) {
    return (
      <EmptyState icon="replay" title={t("rules.replay.noPoints")}>
        {t("rules.replay.noPoints.text")}
      </EmptyState>
    );
  }
  return (
    <div className={styles.result} data-old={!current || undefined}>
      <section className={styles.section} aria-labelledby="rules-replay-sum">
        <h2 id="rules-replay-sum" className={styles.big}>
          {view.differing === 0
            ? t("rules.replay.same")
            : t("rules.replay.differs", { n: view.differing, of: view.conversations })}
        </h2>
        <p className={styles.quiet}>
          {t("rules.replay.detail", {
            points: view.points,
            differences: view.differences,
            diverged: view.diverged,
          })}{" "}
          {view.span &&
            t("rules.replay.span", { from: shortDate(view.span[0]), to: shortDate(view.span[1]) })}
        </p>
        {view.other_reason > 0 && (
          <p className={styles.quiet}>{t("rules.replay.otherReason", { n: view.other_reason })}</p>
        )}
        {view.between > 0 && (
          <p className={styles.quiet}>{t("rules.replay.between", { n: view.between })}</p>
        )}
        {view.recorded > 0 && view.faithful < view.recorded && (
          <p className={styles.quiet}>
            {t("rules.replay.faithful", { n: view.faithful, of: view.recorded })}
          </p>
        )}
        {view.without_text > 0 && (
          <p className={styles.quiet}>{t("rules.replay.erased", { n: view.without_text })}</p>
        )}
        <Switch isSelected={tables} onChange={setTables}>
          <span>{t("rules.replay.tables")}</span>
        </Switch>
      </section>
      <section className={styles.section} aria-labelledby="rules-replay-metrics">
        <h2 id="rules-replay-metrics" className={styles.heading}>
          {t("rules.replay.metrics")}
        </h2>
        <Metrics metrics={view.metrics} table={tables} />
      </section>
      {view.differing > 0 && (
        <section className={styles.section} aria-labelledby="rules-replay-conversations">
          <h2 id="rules-replay-conversations" className={styles.heading}>
            {t("rules.replay.conversations")}
          </h2>
          <Differences job={job} />
        </section>
      )}
      <section className={styles.section} aria-labelledby="rules-replay-load">
        <h2 id="rules-replay-load" className={styles.heading}>
          {t("rules.replay.load")}
        </h2>
        <HeatMap load={view.queue_load} table={tables} />
      </section>
      <section className={styles.section} aria-labelledby="rules-replay-sla">
        <h2 id="rules-replay-sla" className={styles.heading}>
          {t("rules.replay.sla")}
        </h2>
        <p>{view.sla.says}</p>
        <p className={styles.quiet}>
          {t("rules.replay.slaDetail", {
            same: view.sla.same,
            missed: view.sla.same_missed,
            open: view.sla.open,
            openMissed: view.sla.open_missed,
          })}
        </p>
      </section>
      <section className={styles.section} aria-labelledby="rules-replay-rules">
        <h2 id="rules-replay-rules" className={styles.heading}>
          {t("rules.replay.rules")}
        </h2>
        <RuleEffects rules={view.rules} />
      </section>
    </div>
  );
}

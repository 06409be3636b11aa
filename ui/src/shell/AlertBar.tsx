import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { useActs } from "../api/acts";
import type { AlertView } from "../api/generated/wire";
import { useRead, useSession } from "../api/queries";
import { ClockRing } from "../design/components/ClockRing";
import { Kbd } from "../design/components/Kbd";
import { cx } from "../design/cx";
import { Icon } from "../design/icons";
import { t } from "../i18n";
import { capital } from "../i18n/format";
import { keysOf, useAction } from "../state/actions";
import { announce } from "../state/announcer";
import { useInboxPlace } from "../state/place";
import styles from "./AlertBar.module.css";
import { useAlertSound } from "./AlertSound";

const NONE: readonly AlertView[] = [];

/**
 * Interrupts once for each escalation: who, why, how long left, and Take. A card where there is a
 * list to stand over, a bar where there is one pane only.
 */
export function AlertBar({ shape }: { shape: "bar" | "card" }) {
  const known = useRead("alerts_get", {}).data?.alerts;
  const alerts = known ?? NONE;
  const session = useSession();
  useAlertSound(known, session?.settings);
  const acts = useActs();
  const navigate = useNavigate();
  const said = useRef(new Set<string>());
  // Put aside here, an alert stays in its view and on its ladder.
  const [aside, setAside] = useState<ReadonlySet<string>>(new Set());
  // The open conversation says by itself that it is escalated.
  const { open: onScreen } = useInboxPlace();
  const pressing = alerts.filter((alert) => !aside.has(alert.row.id) && alert.row.id !== onScreen);
  // A newer one does not push away the one that is being read: it is counted, and comes next.
  const shown = useRef<string>(undefined);
  const newest = pressing.find((alert) => alert.row.id === shown.current) ?? pressing[0];
  shown.current = newest?.row.id;

  useEffect(() => {
    for (const alert of alerts) {
      if (said.current.has(alert.row.id)) continue;
      said.current.add(alert.row.id);
      announce(t("alert.says", { who: alert.row.contact.name, why: alert.reason }));
    }
  }, [alerts]);

  const open = (id: string) =>
    void navigate({ to: "/c/$id", params: { id }, search: { in: "escalated" } });
  const take = (id: string) => {
    void acts.take([id]);
    open(id);
  };
  useAction("alert.open", () => newest && open(newest.row.id), newest !== undefined);
  useAction("alert.take", () => newest && take(newest.row.id), newest !== undefined);

  if (!newest) return null;
  const { row } = newest;
  return (
    <section className={cx(styles.alert, styles[shape])} aria-label={t("alert.label")}>
      <Icon name="escalated" />
      <span className={styles.text}>
        <span className={styles.who} dir="auto">
          {row.contact.name || row.contact.address}
        </span>
        <span className={styles.why} dir="auto" title={newest.reason}>
          {capital(newest.reason)}
        </span>
      </span>
      {pressing.length > 1 && (
        <span className={styles.more}>
          <span className={styles.long}>{t("alert.more", { n: pressing.length - 1 })}</span>
          <span className={styles.short} aria-hidden="true">
            +{pressing.length - 1}
          </span>
        </span>
      )}
      {newest.due_at !== null && (
        <span className={styles.clock}>
          <ClockRing
            deadline={{
              kind: row.clock?.kind ?? "",
              startedMs: row.clock?.started_at ?? newest.since,
              dueMs: newest.due_at,
            }}
          />
        </span>
      )}
      <span className={styles.acts}>
        <Button className={cx(styles.act, styles.quiet)} onPress={() => open(row.id)}>
          {t("alert.open")}
          <Kbd keys={keysOf("alert.open")[0] ?? ""} />
        </Button>
        <Button className={styles.act} onPress={() => take(row.id)}>
          {t("alert.take")}
          <Kbd keys={keysOf("alert.take")[0] ?? ""} />
        </Button>
      </span>
      <Button
        className={styles.close}
        aria-label={t("alert.aside")}
        onPress={() => setAside((before) => new Set([...before, row.id]))}
      >
        <Icon name="close" />
      </Button>
    </section>
  );
}

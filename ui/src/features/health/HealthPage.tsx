import { useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { AuditReport } from "../../api/generated/wire";
import { useRead, useSession } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { Button } from "../../design/components/Button";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { type MarkState, StateMark } from "../../design/components/StateMark";
import { currentLocale, t, tcode } from "../../i18n";
import { bytes } from "../../i18n/format";
import { notify } from "../../state/toasts";
import styles from "./health.module.css";

const MARKS: Readonly<Record<string, MarkState>> = { ok: "ok", warn: "warn", bad: "bad" };

/** How Baton itself is doing: checks, figures, the proof of the log, a backup. */
export function HealthPage() {
  const read = useRead("health_get", {});
  const health = read.data;
  const session = useSession();
  return (
    <Page title={t("place.health")}>
      <Section title={t("health.checks")}>
        {read.isError && !health && (
          <ReadFailed line error={read.error} again={read.refetch} what={t("health.failed")} />
        )}
        <Card>
          {health?.checks.map((check) => (
            <Line
              key={check.code}
              mark={<StateMark state={MARKS[check.state] ?? "off"} />}
              name={check.text}
              hint={check.hint}
            />
          ))}
        </Card>
      </Section>
      <Proof />
      <Backup />
      {health && (
        <Section title={t("health.about")}>
          <dl className={styles.facts}>
            <dt>{t("health.folder")}</dt>
            <dd className="selectable">
              <code>{health.folder}</code>
            </dd>
            <dt>{t("health.secrets")}</dt>
            <dd>{health.secrets}</dd>
            <dt>{t("health.version")}</dt>
            <dd>{session?.version}</dd>
            {Object.entries(health.figures).map(([name, value]) => (
              <div key={name} className={styles.pair}>
                <dt>{tcode("health.figure", name, name.replaceAll("_", " "))}</dt>
                <dd>{figure(name, value ?? 0)}</dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
    </Page>
  );
}

function figure(name: string, value: number): string {
  if (name.endsWith("bytes")) return bytes(value);
  return value.toLocaleString(currentLocale(), { maximumFractionDigits: 2 });
}

function Proof() {
  const [report, setReport] = useState<AuditReport>();
  const [busy, setBusy] = useState(false);
  const verify = () => {
    setBusy(true);
    call("audit_verify", {})
      .then(setReport, sayFailure)
      .finally(() => setBusy(false));
  };
  return (
    <Section title={t("health.proof")} text={t("health.proof.text")}>
      {report && (
        <Card>
          <Line
            mark={<StateMark state={report.ok ? "ok" : "bad"} />}
            name={t(report.ok ? "health.proof.ok" : "health.proof.bad", { n: report.events })}
            hint={report.problems.join(" ")}
          />
          {Object.entries(report.heads).map(([device, head]) => (
            <Line key={device} name={device} hint={<code className="selectable">{head}</code>} />
          ))}
        </Card>
      )}
      <div>
        <Button onPress={verify} isDisabled={busy}>
          {busy ? t("health.proof.busy") : t("health.proof.start")}
        </Button>
      </div>
    </Section>
  );
}

function Backup() {
  const [busy, setBusy] = useState(false);
  const make = () => {
    setBusy(true);
    call("backup_make", { path: "" })
      .then(
        (made) => notify(t("health.backup.made", { size: bytes(made.bytes) }), { hint: made.path }),
        sayFailure,
      )
      .finally(() => setBusy(false));
  };
  return (
    <Section title={t("health.backup")} text={t("health.backup.text")}>
      <div>
        <Button onPress={make} isDisabled={busy}>
          {busy ? t("health.backup.busy") : t("health.backup.start")}
        </Button>
      </div>
    </Section>
  );
}

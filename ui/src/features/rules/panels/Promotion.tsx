import { type FormEvent, useState } from "react";
import { call } from "../../../api/client";
import { ApiFailure } from "../../../api/errors";
import type { GateView, RuleBrief, RuleForm } from "../../../api/generated/wire";
import { useRead, useSession } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { EmptyState } from "../../../design/components/Banner";
import { Button } from "../../../design/components/Button";
import { Select, TextArea } from "../../../design/components/Field";
import { NumberField } from "../../../design/components/NumberField";
import { StateMark } from "../../../design/components/StateMark";
import { t, tcode } from "../../../i18n";
import { capital, dateAndTime } from "../../../i18n/format";
import { announce } from "../../../state/announcer";
import { notify } from "../../../state/toasts";
import { useTheBench } from "../bench";
import { useRulesPlace } from "../place";
import { StatusMark } from "../StatusMark";
import styles from "./panels.module.css";

const STEPS = ["off", "shadow", "canary", "live"] as const;

type Step = (typeof STEPS)[number];

/** Whether a rule acts, what is still missing before it may, and the step to the next. */
export function Promotion({ rule }: { rule: RuleForm | undefined }) {
  const bench = useTheBench();
  const inForce = bench.rules.rules.find((one) => one.id === rule?.id);
  if (!rule) {
    return (
      <EmptyState icon="rules" title={t("rules.pick")}>
        {t("rules.pick.text")}
      </EmptyState>
    );
  }
  if (!inForce) {
    return (
      <EmptyState icon="info" title={t("rules.going.unsaved")}>
        {t("rules.going.unsaved.text")}
      </EmptyState>
    );
  }
  return <Going rule={inForce} />;
}

function Going({ rule }: { rule: RuleBrief }) {
  const { id } = rule;
  const name = rule.reason || id;
  const { dirty, rules } = useTheBench();
  const read = useRead("promotion_get", { rule: id });
  const session = useSession();
  const place = useRulesPlace();
  const [wanted, setWanted] = useState<Step>();
  const [part, setPart] = useState(rule.canary_share ?? 0.1);
  const [reason, setReason] = useState("");
  const [approver, setApprover] = useState<string>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [busy, setBusy] = useState(false);
  const view = read.data;
  if (read.isError && !view) {
    return <ReadFailed error={read.error} again={read.refetch} />;
  }
  if (!view) return <p className={styles.quiet}>{t("rules.going.reading")}</p>;
  const tried = view.replaces;
  // What is tried in the place of a rule acts there or not at all.
  const steps = tried === null ? STEPS : STEPS.filter((step) => step !== "canary");
  const now = STEPS.find((one) => one === view.status) ?? "live";
  const ungated = rules.ungated.some((one) => one.rule === id);
  const acts = (wanted === "live" || wanted === "canary") && (now !== "live" || ungated);
  const team = session?.team ?? [];
  const me = session?.agent.name ?? "";
  const by = approver ?? (view.approvers.includes(me) ? me : (view.approvers[0] ?? ""));
  const met = (line: GateView) => (line.code === "approver" ? acts && by !== "" : line.met);
  // A trial on a share is there to find out: it needs no more than sound rules.
  const asked = view.gate.filter(
    (line) => wanted !== "canary" || line.code === "findings" || line.code === "tests",
  );
  const blocked =
    acts &&
    !(ungated && wanted === now) &&
    !asked.every((line) => line.code === "approver" || line.met);
  const ready = wanted !== undefined && reason.trim() !== "" && (!acts || by !== "") && !dirty;
  const set = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || blocked || busy) return;
    setBusy(true);
    setFailure(undefined);
    call("rule_status_set", {
      rule: id,
      status: wanted,
      base: rules.ruleset,
      share: wanted === "canary" ? part : null,
      reason: reason.trim(),
      approver: acts ? by : "",
    })
      .then(
        () => {
          const done = t("rules.going.done", { rule: name, status: tcode("rules.status", wanted) });
          notify(done);
          announce(done);
          setWanted(undefined);
          setReason("");
          if (tried !== null && wanted === "live") place.open(tried);
        },
        (thrown) => setFailure(ApiFailure.of(thrown)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <div className={styles.panel}>
      <section className={styles.section}>
        <h2 className={styles.heading}>{capital(name)}</h2>
        <ol className={styles.steps} aria-label={t("rules.going.steps")}>
          {steps.map((step) => (
            <li key={step}>
              <button
                type="button"
                className={styles.step}
                aria-current={step === now ? "step" : undefined}
                aria-pressed={wanted === step}
                disabled={step === now && !ungated}
                onClick={() => setWanted(wanted === step ? undefined : step)}
              >
                <StatusMark status={step} />
                <span className={styles.stepHint}>
                  {t(
                    tried !== null && step === "live"
                      ? "rules.tried.live.hint"
                      : `rules.going.${step}.hint`,
                  )}
                </span>
              </button>
            </li>
          ))}
        </ol>
        {tried !== null && (
          <p className={styles.quiet}>
            {t("rules.tried", { rule: tried })}. {t("rules.tried.hint", { rule: tried })}
          </p>
        )}
      </section>
      {rule.held_back && (
        <p className={styles.held}>
          {t("rules.heldBack")}, {dateAndTime(rule.held_back.at)}: {rule.held_back.why}
        </p>
      )}
      {ungated && <p className={styles.held}>{t("rules.ungated.one")}</p>}
      {now !== "live" && (
        <section className={styles.section} aria-labelledby="rules-gate">
          <h2 id="rules-gate" className={styles.heading}>
            {t("rules.gate")}
          </h2>
          {view.shadow_since !== null && (
            <p className={styles.quiet}>
              {t("rules.gate.shadow", {
                n: view.shadow_decisions,
                since: dateAndTime(view.shadow_since),
              })}{" "}
              {t("rules.gate.differs", { n: view.differs })}
            </p>
          )}
          <ul className={styles.items}>
            {view.gate.map((line) => (
              <li key={line.says} className={styles.item}>
                <StateMark state={met(line) ? "ok" : "off"} />
                <p className={styles.itemText}>
                  {line.says}{" "}
                  <span className={styles.hint}>
                    {t(met(line) ? "rules.gate.met" : "rules.gate.open")}
                  </span>
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {wanted && (
        <form className={styles.section} onSubmit={set}>
          <h2 className={styles.heading}>
            {t("rules.going.to", { status: tcode("rules.status", wanted) })}
          </h2>
          {wanted === "canary" && (
            <div className={styles.narrow}>
              <NumberField
                percent
                label={t("rules.going.share")}
                value={part}
                min={0.01}
                max={0.5}
                step={0.05}
                onChange={setPart}
              />
            </div>
          )}
          <TextArea
            label={t("rules.save.reason")}
            hint={t("rules.save.reason.hint")}
            rows={2}
            value={reason}
            onChange={setReason}
            autoFocus
          />
          {acts && (
            <Select
              label={t("rules.going.approver")}
              value={by}
              onChange={setApprover}
              choices={view.approvers.map((one) => ({
                id: one,
                name: team.find((agent) => agent.name === one)?.display_name ?? one,
              }))}
            />
          )}
          {dirty && <p className={styles.bad}>{t("rules.going.dirty")}</p>}
          {blocked && <p className={styles.bad}>{t("rules.going.blocked")}</p>}
          {failure && (
            <p className={styles.bad} role="alert">
              {failure.message} {failure.hint}
            </p>
          )}
          <div className={styles.acts}>
            <Button type="submit" tone="primary" isDisabled={!ready || blocked || busy}>
              {t("rules.going.do", { status: tcode("rules.status", wanted) })}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}

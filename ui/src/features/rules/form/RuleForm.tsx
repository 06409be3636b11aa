import { type ReactNode, useState } from "react";
import { sayFailure } from "../../../api/acts";
import type { RuleForm as Rule } from "../../../api/generated/wire";
import { EmptyState } from "../../../design/components/Banner";
import { Button, IconButton } from "../../../design/components/Button";
import { Select, Switch } from "../../../design/components/Field";
import { Menu } from "../../../design/components/Menu";
import { t, tcode } from "../../../i18n";
import { useTheBench } from "../bench";
import { makeEdit } from "../desk";
import { goToLine, useRulesPlace } from "../place";
import { StatusMark } from "../StatusMark";
import { Conditions } from "./Conditions";
import { Effects } from "./Effects";
import { Chips, KeptField } from "./fields";
import styles from "./RuleForm.module.css";
import { useRuleActs } from "./ruleActs";
import { writtenAs } from "./values";

const EVENTS = [
  "conversation.opened",
  "customer.message",
  "bot.message",
  "bot.failure",
  "agent.message",
  "draft",
  "time",
  "control.changed",
  "status.changed",
  "delivery.failed",
];

const ONCE = ["until-false", "per-message", "per-control", "per-episode", "per-conversation"];

/** One rule as a form: what makes it run, what it asks, what it does. */
export function RuleForm({ rule }: { rule: Rule | undefined }) {
  const bench = useTheBench();
  const place = useRulesPlace();
  if (!rule) {
    return (
      <EmptyState icon="rules" title={t(bench.form.length > 0 ? "rules.pick" : "rules.none")}>
        {t(bench.form.length > 0 ? "rules.pick.text" : "rules.none.text")}
      </EmptyState>
    );
  }
  const set = (key: string, values: readonly string[]) =>
    makeEdit({ kind: "rule_set", id: rule.id, key, value: writtenAs(key, values) }).catch(
      sayFailure,
    );
  const locked = bench.errors > 0;
  const mistake = bench.checked?.problems.find((one) => one.severity === "error");
  return (
    <div className={styles.scroll}>
      <Head rule={rule} locked={locked} />
      {locked && mistake && (
        <div className={styles.locked} role="status">
          <p>{t("rules.form.locked", { line: mistake.line })}</p>
          <Button
            size="small"
            onPress={() => {
              place.show("text");
              goToLine(mistake.line);
            }}
          >
            {t("rules.toText")}
          </Button>
        </div>
      )}
      <fieldset className={styles.fields} disabled={locked} inert={locked}>
        <legend className="visually-hidden">{rule.reason || rule.id}</legend>
        <Part title={t("rules.form.when")}>
          <fieldset className={styles.events} aria-label={t("rules.form.when")}>
            {EVENTS.map((event) => (
              <EventToggle
                key={event}
                event={event}
                on={rule.on.includes(event)}
                onChange={(on) =>
                  void set(
                    "on",
                    EVENTS.filter((one) => (one === event ? on : rule.on.includes(one))),
                  )
                }
              />
            ))}
          </fieldset>
        </Part>
        <Part title={t("rules.form.if")}>
          <Conditions rule={rule} />
        </Part>
        <Part title={t("rules.form.then")}>
          <Effects rule={rule} />
        </Part>
        <Part title={t("rules.form.words")}>
          <div className={styles.grid}>
            <KeptField
              label={t("rules.form.reason")}
              hint={t("rules.form.reason.hint")}
              value={rule.reason}
              onKeep={(value) => void set("reason", value === "" ? [] : [value])}
            />
            <KeptField
              label={t("rules.form.why")}
              value={rule.why}
              onKeep={(value) => void set("why", value === "" ? [] : [value])}
            />
            <div className={styles.pair}>
              <KeptField
                label={t("rules.form.owner")}
                value={rule.owner}
                onKeep={(value) => void set("owner", value === "" ? [] : [value])}
              />
              <KeptField
                label={t("rules.form.id")}
                value={rule.id}
                mono
                onKeep={(value) => {
                  const id = value.trim().replace(/[^\w-]+/g, "-");
                  if (id === "" || id === rule.id) return;
                  void set("id", [id]).then(() => place.open(id));
                }}
              />
            </div>
          </div>
        </Part>
        <Part title={t("rules.form.fine")}>
          <div className={styles.grid}>
            <Select
              label={t("rules.form.unknown")}
              value={rule.unknown === "yes" ? "yes" : "no"}
              onChange={(value) => void set("unknown", value === "no" ? [] : [value])}
              choices={[
                { id: "no", name: t("rules.unknown.no"), hint: t("rules.unknown.no.hint") },
                { id: "yes", name: t("rules.unknown.yes"), hint: t("rules.unknown.yes.hint") },
              ]}
            />
            <Select
              label={t("rules.form.once")}
              value={rule.once || "until-false"}
              onChange={(value) => void set("once", value === "until-false" ? [] : [value])}
              choices={ONCE.map((id) => ({ id, name: tcode("rules.once", id) }))}
            />
            <Chips
              label={t("rules.form.before")}
              hint={t("rules.form.before.hint")}
              values={rule.before}
              choices={bench.form.filter((one) => one.id !== rule.id).map((one) => one.id)}
              onChange={(values) => void set("before", values)}
            />
            <Switch
              isSelected={rule.take_over}
              onChange={(on) => void set("take_over", on ? ["true"] : [])}
            >
              <span>
                {t("rules.form.takeOver")}
                <span className={styles.hint}>{t("rules.form.takeOver.hint")}</span>
              </span>
            </Switch>
          </div>
        </Part>
      </fieldset>
    </div>
  );
}

function Head({ rule, locked }: { rule: Rule; locked: boolean }) {
  const place = useRulesPlace();
  const acts = useRuleActs();
  return (
    <header className={styles.head}>
      <div className={styles.titles}>
        <h2 className={styles.title}>{rule.reason || rule.id}</h2>
        <p className={styles.meta}>
          <code>{rule.id}</code>
          <span>
            {rule.replaces === null ? rule.does_says : t("rules.tried", { rule: rule.replaces })}
          </span>
        </p>
      </div>
      <Button
        size="small"
        tone="quiet"
        onPress={() => place.show("going")}
        className={styles.status}
      >
        <StatusMark status={rule.status} share={rule.canary_share} />
        <span className="visually-hidden">{t("rules.status.change")}</span>
      </Button>
      <Menu
        label={t("rules.more")}
        trigger={<IconButton icon="more" size="small" label={t("rules.more")} />}
        entries={[
          {
            id: "copy",
            icon: "copy",
            name: t("rules.copy"),
            isDisabled: locked,
            run: () => acts.copy(rule),
          },
          {
            id: "text",
            icon: "code",
            name: t("rules.seeText"),
            run: () => {
              place.show("text");
              goToLine(rule.line);
            },
          },
          "line",
          {
            id: "remove",
            icon: "close",
            name: t("rules.remove"),
            isDisabled: locked,
            run: () => acts.remove(rule.id),
          },
        ]}
      />
    </header>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3 className={styles.partTitle}>{title}</h3>
      {children}
    </section>
  );
}

function EventToggle({
  event,
  on,
  onChange,
}: {
  event: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  // Shown at once; the text follows.
  const [mine, setMine] = useState(on);
  const [seen, setSeen] = useState(on);
  if (seen !== on) {
    setSeen(on);
    setMine(on);
  }
  return (
    <button
      type="button"
      className={styles.event}
      aria-pressed={mine}
      onClick={() => {
        setMine(!mine);
        onChange(!mine);
      }}
    >
      {tcode("rules.on", event)}
    </button>
  );
}

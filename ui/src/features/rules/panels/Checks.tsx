import { sayFailure } from "../../../api/acts";
import type { FindingView, ProblemView, RuleForm, TestView } from "../../../api/generated/wire";
import { Button } from "../../../design/components/Button";
import { type MarkState, StateMark } from "../../../design/components/StateMark";
import { t, tcode } from "../../../i18n";
import { listOf } from "../../../i18n/format";
import { announce } from "../../../state/announcer";
import { useTheBench } from "../bench";
import { makeEdit } from "../desk";
import { goToLine, useRulesPlace } from "../place";
import styles from "./panels.module.css";

const WEIGHTS: Readonly<Record<string, MarkState>> = { error: "bad", warning: "warn", hint: "off" };

/** What was found in the text: mistakes, contradictions with a conversation that shows them, tests. */
export function Checks() {
  const { checked } = useTheBench();
  if (!checked) return <p className={styles.quiet}>{t("rules.checks.reading")}</p>;
  const { problems, findings, tests, coverage } = checked;
  const failed = tests.filter((one) => !one.passed);
  const passed = tests.filter((one) => one.passed);
  return (
    <div className={styles.panel}>
      {problems.length > 0 && (
        <section className={styles.section} aria-labelledby="rules-problems">
          <h2 id="rules-problems" className={styles.heading}>
            {t("rules.problems")}
          </h2>
          <ul className={styles.items}>
            {problems.map((one) => (
              <Problem key={`${one.start} ${one.message}`} problem={one} />
            ))}
          </ul>
        </section>
      )}
      <section className={styles.section} aria-labelledby="rules-findings">
        <h2 id="rules-findings" className={styles.heading}>
          {t("rules.findings")}
        </h2>
        {findings.length === 0 ? (
          <p className={styles.quiet}>{t("rules.findings.none")}</p>
        ) : (
          <ul className={styles.items}>
            {findings.map((one) => (
              <Finding key={`${one.kind} ${one.rules.join(" ")} ${one.says}`} finding={one} />
            ))}
          </ul>
        )}
      </section>
      <section className={styles.section} aria-labelledby="rules-tests">
        <h2 id="rules-tests" className={styles.heading}>
          {t("rules.tests")}
        </h2>
        {tests.length === 0 ? (
          <p className={styles.quiet}>{t("rules.tests.none")}</p>
        ) : (
          <>
            <Coverage coverage={coverage} />
            <ul className={styles.items}>
              {[...failed, ...passed].map((one) => (
                <Test key={`${one.line} ${one.name}`} test={one} />
              ))}
            </ul>
          </>
        )}
      </section>
    </div>
  );
}

function Line({ line }: { line: number }) {
  const place = useRulesPlace();
  return (
    <button
      type="button"
      className={styles.link}
      onClick={() => {
        place.show("text");
        goToLine(line);
      }}
    >
      {t("rules.line", { line })}
    </button>
  );
}

function Problem({ problem }: { problem: ProblemView }) {
  return (
    <li className={styles.item}>
      <StateMark state={problem.severity === "error" ? "bad" : "warn"} />
      <div className={styles.itemText}>
        <p>
          <span className="visually-hidden">{tcode("rules.weight", problem.severity)}: </span>
          {problem.message}
        </p>
        {problem.hint && <p className={styles.hint}>{problem.hint}</p>}
        <Line line={problem.line} />
      </div>
    </li>
  );
}

function Finding({ finding }: { finding: FindingView }) {
  const place = useRulesPlace();
  const { form } = useTheBench();
  const titles = new Map(form.map((one) => [one.id, one.reason || one.id]));
  return (
    <li className={styles.item}>
      <StateMark state={WEIGHTS[finding.weight] ?? "off"} />
      <div className={styles.itemText}>
        <p className={styles.kind}>
          {tcode("rules.weight", finding.weight)} · {tcode("rules.finding", finding.kind)}
        </p>
        <p>{inTitles(finding.says, titles)}</p>
        {finding.hint && (
          <p className={styles.hint}>
            {tcode("rules.repair", finding.kind, inTitles(finding.hint, titles))}
          </p>
        )}
        {finding.witness && (
          <blockquote className={styles.witness}>
            <span className={styles.kind}>{t("rules.witness")}</span>
            {finding.witness}
          </blockquote>
        )}
        <div className={styles.acts}>
          {finding.kind === "conflict" && <Meant rules={finding.rules} form={form} />}
          {finding.rules.map((id) => (
            <Button
              key={id}
              size="small"
              isDisabled={!titles.has(id)}
              onPress={() => place.open(id, "form")}
            >
              {titles.get(id) ?? id}
            </Button>
          ))}
        </div>
      </div>
    </li>
  );
}

// What the engine says names rules by their identifiers; people know them by what they say.
function inTitles(says: string, titles: ReadonlyMap<string, string>): string {
  return says.replaceAll(/`([\w-]+)`/g, (named, id: string) => {
    const title = titles.get(id);
    return title === undefined ? named : `“${title}”`;
  });
}

/** Says that the first of two rules decides on purpose. */
function Meant({ rules, form }: { rules: readonly string[]; form: readonly RuleForm[] }) {
  const [first, second] = rules.map((id) => form.find((one) => one.id === id));
  if (!first || !second) return null;
  const declare = () => {
    const value = [...first.before, second.id];
    makeEdit({ kind: "rule_set", id: first.id, key: "before", value }).then(
      () => announce(t("rules.meant.done")),
      sayFailure,
    );
  };
  return (
    <Button size="small" icon="check" onPress={declare}>
      {t("rules.meant")}
    </Button>
  );
}

function Test({ test }: { test: TestView }) {
  return (
    <li className={styles.item}>
      <StateMark state={test.passed ? "ok" : "bad"} />
      <div className={styles.itemText}>
        <p>
          <span className="visually-hidden">
            {t(test.passed ? "rules.test.passed" : "rules.test.failed")}:{" "}
          </span>
          {test.name}
        </p>
        {test.misses.map((miss) => (
          <div key={`${miss.line} ${miss.what}`} className={styles.miss}>
            <p>
              {t("rules.test.miss", {
                what: tcode("rules.slot", miss.what),
                expected: miss.expected || t("rules.nothing"),
                found: miss.found || t("rules.nothing"),
              })}
            </p>
            {miss.why && <p className={styles.hint}>{miss.why}</p>}
            <Line line={miss.line} />
          </div>
        ))}
        {test.passed && <Line line={test.line} />}
      </div>
    </li>
  );
}

function Coverage({
  coverage,
}: {
  coverage: {
    rules_hit: number;
    rules_all: number;
    conditions_hit: number;
    conditions_all: number;
    unhit: readonly string[];
  };
}) {
  return (
    <div className={styles.coverage}>
      <Share label={t("rules.coverage.rules")} hit={coverage.rules_hit} all={coverage.rules_all} />
      <Share
        label={t("rules.coverage.conditions")}
        hit={coverage.conditions_hit}
        all={coverage.conditions_all}
      />
      {coverage.unhit.length > 0 && (
        <p className={styles.hint}>
          {t("rules.coverage.unhit", { list: listOf(coverage.unhit.slice(0, 8)) })}
        </p>
      )}
    </div>
  );
}

function Share({ label, hit, all }: { label: string; hit: number; all: number }) {
  const share = all === 0 ? 0 : hit / all;
  return (
    <div className={styles.share}>
      <span>{label}</span>
      <svg className={styles.bar} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className={styles.barAll} width="100" height="6" rx="1" />
        <rect className={styles.barHit} width={share * 100} height="6" rx="1" />
      </svg>
      <span className={styles.figure}>{t("rules.coverage.of", { hit, all })}</span>
    </div>
  );
}

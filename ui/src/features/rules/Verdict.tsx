import { type MarkState, StateMark } from "../../design/components/StateMark";
import { t } from "../../i18n";
import { useTheBench } from "./bench";
import { useReplay } from "./panels/replaying";
import { useRulesPlace } from "./place";
import styles from "./Verdict.module.css";

/** What is found in the text as it stands, in one line: mistakes, findings, tests, what it changes. */
export function Verdict() {
  const bench = useTheBench();
  const place = useRulesPlace();
  const replay = useReplay();
  const { checked } = bench;
  if (!checked) return <div className={styles.verdict} />;
  const failed = checked.tests.filter((one) => !one.passed).length;
  const grave = checked.findings.filter((one) => one.weight === "error").length;
  const doubts =
    checked.findings.filter((one) => one.weight === "warning").length +
    checked.problems.filter((one) => one.severity !== "error").length;
  const marks: { id: string; state: MarkState; text: string; to: "checks" | "replay" }[] = [];
  if (bench.errors > 0) {
    marks.push({
      id: "errors",
      state: "bad",
      text: t("rules.verdict.errors", { n: bench.errors }),
      to: "checks",
    });
  } else {
    marks.push({
      id: "findings",
      state: grave > 0 ? "bad" : doubts > 0 ? "warn" : "ok",
      text:
        grave > 0
          ? t("rules.verdict.grave", { n: grave })
          : doubts > 0
            ? t("rules.verdict.doubts", { n: doubts })
            : t("rules.verdict.sound"),
      to: "checks",
    });
    marks.push({
      id: "tests",
      state: failed > 0 ? "bad" : checked.tests.length === 0 ? "off" : "ok",
      text:
        failed > 0
          ? t("rules.verdict.failed", { n: failed })
          : checked.tests.length === 0
            ? t("rules.verdict.noTests")
            : t("rules.verdict.passed", { n: checked.tests.length }),
      to: "checks",
    });
  }
  if (bench.dirty && bench.errors === 0) {
    const done = replay.view?.state === "done" && replay.current;
    marks.push({
      id: "replay",
      state: done ? "ok" : "busy",
      text: done
        ? t("rules.verdict.differs", {
            n: replay.view?.differing ?? 0,
            of: replay.view?.conversations ?? 0,
          })
        : replay.view?.state === "running"
          ? t("rules.verdict.replaying")
          : t("rules.verdict.notReplayed"),
      to: "replay",
    });
  }
  return (
    <div className={styles.verdict} aria-busy={!bench.fresh}>
      <ul className={styles.marks} aria-label={t("rules.verdict")}>
        {marks.map((mark) => (
          <li key={mark.id}>
            <button type="button" className={styles.mark} onClick={() => place.show(mark.to)}>
              <StateMark state={mark.state} />
              <span className={styles.text}>{mark.text}</span>
            </button>
          </li>
        ))}
      </ul>
      <span className="visually-hidden" role="status">
        {bench.fresh ? marks.map((mark) => mark.text).join(", ") : ""}
      </span>
    </div>
  );
}

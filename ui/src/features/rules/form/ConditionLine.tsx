import { type ReactNode, useState } from "react";
import type { FactView, RuleForm } from "../../../api/generated/wire";
import { IconToggle } from "../../../design/components/Button";
import { Select } from "../../../design/components/Field";
import { t } from "../../../i18n";
import { factName } from "../../../i18n/facts";
import { useTheBench } from "../bench";
import styles from "./Conditions.module.css";
import { FactPicker } from "./FactPicker";
import { LimitField } from "./LimitField";
import { carried, firstLimit, limitKind, type Operator, operatorsOf } from "./limits";
import { Sensitivity } from "./Sensitivity";
import type { Line } from "./tree";
import { WordsField } from "./WordsField";
import { lineSentence, operatorName } from "./words";

/** One line of a condition: the fact, how it is compared, and with what. */
export function ConditionLine({
  rule,
  row,
  line,
  fact,
  onChange,
  menu,
}: {
  rule: RuleForm;
  /** Its place among all lines of the rule, by which the engine knows it; none while it is new. */
  row: number | undefined;
  line: Line;
  fact: FactView | undefined;
  onChange: (line: Line) => void;
  menu: ReactNode;
}) {
  const { facts, names, fresh } = useTheBench();
  const [trying, setTrying] = useState(false);
  const offered = operatorsOf(fact?.kind ?? "text");
  const now: Operator = {
    id: line.negated ? `not ${line.op}` : line.op,
    op: line.op,
    negated: line.negated,
  };
  const operators = offered.some((one) => one.id === now.id) ? offered : [now, ...offered];
  const kind = limitKind(fact, line.op);
  const movable = (kind === "number" || kind === "duration") && row !== undefined && fresh;
  const set = /^msg\.words\.(.+)$/.exec(line.fact)?.[1];
  return (
    <fieldset className={styles.lineBox} aria-label={lineSentence(line, fact)}>
      <div className={styles.line} data-kind={kind}>
        <div className={styles.fact}>
          <FactPicker
            label={factName(line.fact, fact)}
            says={fact?.about}
            current={line.fact}
            facts={facts}
            names={names}
            onPick={(name) => {
              const next = facts.get(name);
              if (!next) return;
              onChange({ ...line, fact: name, negated: false, ...firstLimit(next) });
            }}
          />
        </div>
        <div className={styles.operator}>
          <Select
            bare
            label={t("rules.op.label")}
            value={now.id}
            onChange={(id) => {
              const next = operators.find((one) => one.id === id);
              if (!next) return;
              const limit = fact ? carried(fact, line.op, line.limit, next.op) : line.limit;
              onChange({ ...line, op: next.op, negated: next.negated, limit });
            }}
            choices={operators.map((one) => ({ id: one.id, name: operatorName(fact, one) }))}
          />
        </div>
        {kind !== "none" && (
          <div className={styles.limit}>
            <LimitField
              fact={fact}
              kind={kind}
              limit={line.limit}
              onChange={(limit) => onChange({ ...line, limit })}
            />
          </div>
        )}
        <div className={styles.tools}>
          {(kind === "number" || kind === "duration") && (
            <IconToggle
              icon="curve"
              label={t("rules.try")}
              isSelected={trying}
              onChange={setTrying}
              className={styles.small}
            />
          )}
          {menu}
        </div>
      </div>
      {set !== undefined && <WordsField name={set} />}
      {trying &&
        (movable ? (
          <Sensitivity
            rule={rule.id}
            row={row}
            fact={fact}
            limit={line.limit}
            onUse={(limit) => onChange({ ...line, limit })}
          />
        ) : (
          <p className={styles.empty}>{t(fresh ? "rules.try.notYet" : "rules.try.wait")}</p>
        ))}
    </fieldset>
  );
}

import type { ReactNode } from "react";
import type { FactView } from "../../../api/generated/wire";
import { Select } from "../../../design/components/Field";
import { t } from "../../../i18n";
import { useTheBench } from "../bench";
import styles from "./Conditions.module.css";
import { FactPicker } from "./FactPicker";
import { LimitField } from "./LimitField";
import { carried, firstLimit, limitKind, type Operator, operatorsOf } from "./limits";
import type { Line } from "./tree";
import { WordsField } from "./WordsField";
import { factName, lineSentence, operatorName } from "./words";

/** One line of a condition: the fact, how it is compared, and with what. */
export function ConditionLine({
  line,
  fact,
  onChange,
  menu,
}: {
  line: Line;
  fact: FactView | undefined;
  onChange: (line: Line) => void;
  menu: ReactNode;
}) {
  const { facts, names } = useTheBench();
  const offered = operatorsOf(fact?.kind ?? "text");
  const now: Operator = {
    id: line.negated ? `not ${line.op}` : line.op,
    op: line.op,
    negated: line.negated,
  };
  const operators = offered.some((one) => one.id === now.id) ? offered : [now, ...offered];
  const kind = limitKind(fact, line.op);
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
        <div className={styles.tools}>{menu}</div>
      </div>
      {set !== undefined && <WordsField name={set} />}
    </fieldset>
  );
}

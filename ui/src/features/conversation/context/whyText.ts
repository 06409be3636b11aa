import type { ConditionView, DecisionView, RuleView } from "../../../api/generated/wire";
import { t, tcode } from "../../../i18n";
import { factName } from "../../../i18n/facts";
import { dateAndTime } from "../../../i18n/format";
import { foundWords, limitWords } from "./conditions";

/** Writes a decision as plain text, for a mail or a file. */
export function asText(view: DecisionView): string {
  const lines = [
    view.sentence,
    t("why.on", { what: tcode("on", view.on), when: dateAndTime(view.at) }),
    t("why.version", { ruleset: view.ruleset, policy: view.policy }),
    "",
    t("why.result"),
    ...view.result.map(
      (slot) => `  ${tcode("slot", slot.slot)}: ${slot.value} (${t("why.by", { rule: slot.by })})`,
    ),
  ];
  const part = (title: string, rules: readonly RuleView[]) => {
    if (rules.length === 0) return;
    lines.push("", title);
    for (const rule of rules) lines.push(...ruleLines(rule));
  };
  part(t("why.matched"), view.matched);
  part(t("why.near"), view.near);
  part(t("why.shadow"), view.shadow);
  part(t("why.others"), view.others);
  return lines.join("\n");
}

function ruleLines(rule: RuleView): string[] {
  return [
    `  ${rule.reason} [${rule.id}]`,
    ...(rule.held_back ? [`    ${t("why.heldBack", { why: rule.held_back })}`] : []),
    ...rule.rows.map((row) => `    ${rowLine(row)}`),
    ...(rule.flip ? [`    ${t("why.flip")}: ${rule.flip}`] : []),
  ];
}

function rowLine(row: ConditionView): string {
  const said = {
    about: factName(row.fact),
    truth: tcode("why.truth", row.truth),
    value: foundWords(row),
  };
  const limit = limitWords(row);
  return limit ? t("why.row", { ...said, limit }) : t("why.row.plain", said);
}

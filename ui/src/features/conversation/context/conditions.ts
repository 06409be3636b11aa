import type { ConditionView } from "../../../api/generated/wire";
import { t, tcode } from "../../../i18n";
import { valueName } from "../../../i18n/facts";

/** Returns what was found, in words. */
export function foundWords(row: ConditionView): string {
  return row.value === "" ? t("why.unknown") : valueName(row.fact, row.value);
}

/** Returns what it was held against, in words; nothing where the value alone says it. */
export function limitWords(row: ConditionView): string {
  if (row.limit === "" || (row.op === "==" && row.truth === "true")) return "";
  return `${tcode("why.op", row.op, row.op)} ${valueName(row.fact, row.limit)}`;
}

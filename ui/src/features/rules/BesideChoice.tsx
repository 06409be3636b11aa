import { Radios } from "../../design/components/Radios";
import { t } from "../../i18n";

/** How an edit of a rule that acts is saved. */
export type Way = "beside" | "now";

/** Asks whether an edit of rules that act is tried beside them or put live at once. */
export function BesideChoice({ value, onChange }: { value: Way; onChange: (way: Way) => void }) {
  return (
    <Radios
      label={t("rules.beside")}
      value={value}
      onChange={onChange}
      ways={[
        { id: "beside", name: t("rules.beside.try"), hint: t("rules.beside.try.hint") },
        { id: "now", name: t("rules.beside.now"), hint: t("rules.beside.now.hint") },
      ]}
    />
  );
}

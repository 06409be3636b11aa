import { TextField } from "../../design/components/Field";
import { t } from "../../i18n";

/** The name under which the server of a mailbox says whom it has checked. */
export function SignerField({
  value,
  onChange,
}: {
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <TextField
      label={t("connect.signer")}
      hint={t("connect.signer.hint")}
      autoComplete="off"
      value={value}
      onChange={onChange}
    />
  );
}

import { useState } from "react";
import { useRead } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { type Choice, Chooser, holdsWords } from "../../../design/components/Chooser";
import { Dialog } from "../../../design/components/Dialog";
import { t } from "../../../i18n";

/** Offers the macros, filled in for the conversation they are used in. */
export function MacroChooser({
  conversation,
  isOpen,
  onClose,
  onPick,
}: {
  /** None where there is no conversation yet. */
  conversation: string | null;
  isOpen: boolean;
  onClose: () => void;
  onPick: (text: string) => void;
}) {
  return (
    <Dialog label={t("macros.label")} titled={false} isOpen={isOpen} onClose={onClose}>
      {isOpen && <Body conversation={conversation} onClose={onClose} onPick={onPick} />}
    </Dialog>
  );
}

function Body({
  conversation,
  onClose,
  onPick,
}: {
  conversation: string | null;
  onClose: () => void;
  onPick: (text: string) => void;
}) {
  const [text, setText] = useState("");
  const read = useRead("macros_get", { conversation });
  const macros = read.data?.macros ?? [];
  const choices: Choice[] = macros
    .filter((one) => holdsWords(`${one.name} ${one.filled}`, text.trim()))
    .map((one) => ({
      id: one.name,
      name: one.name,
      detail: one.filled.replace(/\s+/gu, " "),
      run: () => {
        onClose();
        // After the sheet is gone, so that the focus is not taken back from the composer.
        setTimeout(() => onPick(one.filled), 0);
      },
    }));
  if (read.isError && !read.data) {
    return <ReadFailed error={read.error} again={read.refetch} />;
  }
  return (
    <Chooser
      label={t("macros.label")}
      placeholder={t("macros.placeholder")}
      none={macros.length === 0 && !read.isPending ? t("macros.empty") : t("macros.none")}
      text={text}
      onText={setText}
      choices={choices}
      preview={(id) => macros.find((one) => one.name === id)?.filled}
    />
  );
}

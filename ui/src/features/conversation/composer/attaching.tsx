import { type ClipboardEvent, type DragEvent, useRef, useState } from "react";
import { sayFailure } from "../../../api/acts";
import { IconButton } from "../../../design/components/Button";
import { t } from "../../../i18n";
import type { Letter } from "./letter";
import { filesFrom } from "./OutgoingFiles";

/** The ways in which files come to a letter: chosen, dropped, pasted. */
export interface Attaching {
  /** Whether files are held over the letter now. */
  readonly dropping: boolean;
  readonly attach: (list: Iterable<File>) => Promise<void>;
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragLeave: () => void;
  readonly onDrop: (event: DragEvent) => void;
  readonly onPaste: (event: ClipboardEvent) => void;
}

/** Lets files come to a letter; a note takes none. */
export function useAttaching(letter: Letter, onChange: (part: Partial<Letter>) => void): Attaching {
  const [dropping, setDropping] = useState(false);
  const note = letter.mode === "note";
  const attach = async (list: Iterable<File>) => {
    try {
      const files = await filesFrom(list);
      if (files.length > 0) onChange({ files: [...letter.files, ...files] });
    } catch (thrown) {
      sayFailure(thrown);
    }
  };
  return {
    dropping,
    attach,
    onDragOver: (event) => {
      if (note || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setDropping(true);
    },
    onDragLeave: () => setDropping(false),
    onDrop: (event) => {
      event.preventDefault();
      setDropping(false);
      if (!note) void attach(event.dataTransfer.files);
    },
    onPaste: (event) => {
      if (note || event.clipboardData.files.length === 0) return;
      event.preventDefault();
      void attach(event.clipboardData.files);
    },
  };
}

/** Opens the system's choice of files. */
export function AttachButton({ attaching }: { attaching: Attaching }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        icon="attach"
        label={t("composer.attach")}
        onPress={() => picker.current?.click()}
      />
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t("composer.attach")}
        onChange={(event) => {
          void attaching.attach(event.target.files ?? []);
          event.target.value = "";
        }}
      />
    </>
  );
}

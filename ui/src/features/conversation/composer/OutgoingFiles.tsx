import type { AttachmentView, FileInput } from "../../../api/generated/wire";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { bytes } from "../../../i18n/format";
import { base64Of, sizeOf } from "../../../api/bytes";
import styles from "./OutgoingFiles.module.css";

/** Reads chosen, dropped or pasted files into memory. */
export async function filesFrom(list: Iterable<File>): Promise<FileInput[]> {
  return Promise.all(
    [...list].map(async (file) => ({
      name: file.name || "file",
      media_type: file.type || "application/octet-stream",
      base64: await base64Of(file),
    })),
  );
}

/** The files that go with a letter: its own, and those of a forwarded message. */
export function OutgoingFiles({
  own,
  forwarded,
  onRemove,
  onLeaveOut,
}: {
  own: readonly FileInput[];
  forwarded: readonly AttachmentView[];
  onRemove: (at: number) => void;
  onLeaveOut: (index: number) => void;
}) {
  if (own.length === 0 && forwarded.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={t("composer.files")}>
      {forwarded.map((file) => (
        <Chip
          key={`f${file.index}`}
          name={file.saved_name}
          size={file.size}
          onRemove={() => onLeaveOut(file.index)}
        />
      ))}
      {own.map((file, at) => (
        <Chip
          key={`${file.name} ${at}`}
          name={file.name}
          size={sizeOf(file.base64)}
          onRemove={() => onRemove(at)}
        />
      ))}
    </ul>
  );
}

function Chip({ name, size, onRemove }: { name: string; size: number; onRemove: () => void }) {
  return (
    <li className={styles.file}>
      <Icon name="attach" size={14} />
      <bdi className={styles.name}>{name}</bdi>
      <span className={styles.size}>{bytes(size)}</span>
      <button
        type="button"
        className={styles.remove}
        aria-label={t("composer.file.remove", { name })}
        onClick={onRemove}
      >
        <Icon name="close" size={12} />
      </button>
    </li>
  );
}

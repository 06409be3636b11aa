import { useState } from "react";
import { sayFailure } from "../../../api/acts";
import { call, currentPlatform } from "../../../api/client";
import type { AttachmentView } from "../../../api/generated/wire";
import { Button } from "../../../design/components/Button";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { bytes } from "../../../i18n/format";
import { visible } from "../../../i18n/visible";
import { blobOf } from "../../../api/bytes";
import styles from "./Files.module.css";

/** The files of a message: each with the name it is saved under, its size, and a warning where due. */
export function Files({ message, files }: { message: string; files: readonly AttachmentView[] }) {
  if (files.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={t("file.count", { n: files.length })}>
      {files.map((file) => (
        <FileLine key={file.index} message={message} file={file} />
      ))}
    </ul>
  );
}

function FileLine({ message, file }: { message: string; file: AttachmentView }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setAsking(false);
    setBusy(true);
    try {
      const found = await call("attachment_get", { message, index: file.index });
      // As bytes and nothing else: a page saved under its own type would open as one.
      await currentPlatform().saveFile(
        found.saved_name,
        blobOf(found.base64, found.active ? "application/octet-stream" : found.media_type),
      );
    } catch (thrown) {
      sayFailure(thrown);
    } finally {
      setBusy(false);
    }
  };
  const size = bytes(file.size);
  return (
    <li className={styles.item}>
      <button
        type="button"
        className={styles.file}
        data-active={file.active || undefined}
        aria-busy={busy}
        onClick={() => (file.active ? setAsking(true) : void save())}
      >
        <Icon name={file.active ? "warning" : "attach"} size={14} />
        <span className="visually-hidden">{t("file.save")}</span>
        <bdi className={styles.name}>{file.saved_name}</bdi>
        <span className={styles.size}>{size}</span>
      </button>
      {file.name !== file.saved_name && file.name !== "" && (
        <span className={styles.sentAs}>
          <bdi>{t("file.sentAs", { name: visible(file.name) })}</bdi>
        </span>
      )}
      {asking && (
        <div className={styles.ask} role="alert">
          <span>{t("file.active.ask", { name: file.saved_name })}</span>
          <span className={styles.acts}>
            <Button size="small" onPress={() => void save()}>
              {t("file.active.save")}
            </Button>
            <Button size="small" tone="quiet" autoFocus onPress={() => setAsking(false)}>
              {t("file.active.leave")}
            </Button>
          </span>
        </div>
      )}
    </li>
  );
}

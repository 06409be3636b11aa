import { useEffect, useState } from "react";
import { sayFailure } from "../../../api/acts";
import { call, currentPlatform } from "../../../api/client";
import type { MessageSource } from "../../../api/generated/wire";
import { Button } from "../../../design/components/Button";
import { Dialog } from "../../../design/components/Dialog";
import { t } from "../../../i18n";
import { bytes } from "../../../i18n/format";
import { blobOf, bytesOf } from "../../../api/bytes";
import styles from "./Source.module.css";

const SHOWN = 200_000;

/** The raw source of a message, byte for byte as it was received. */
export function Source({ message, onClose }: { message: string; onClose: () => void }) {
  const [source, setSource] = useState<MessageSource>();
  useEffect(() => {
    let gone = false;
    call("message_source", { message }).then(
      (found) => !gone && setSource(found),
      (thrown) => {
        sayFailure(thrown);
        if (!gone) onClose();
      },
    );
    return () => {
      gone = true;
    };
  }, [message, onClose]);
  return (
    <Dialog label={t("message.source")} isOpen wide onClose={onClose}>
      {source ? (
        <>
          <div className={styles.head}>
            <span className={styles.sum}>
              {t("message.source.bytes", { size: bytes(source.size), hash: source.sha256 })}
            </span>
            <Button
              size="small"
              onPress={() =>
                void currentPlatform().saveFile(
                  `${message}.eml`,
                  blobOf(source.base64, "application/octet-stream"),
                )
              }
            >
              {t("message.source.save")}
            </Button>
          </div>
          {source.size > SHOWN && <p className={styles.sum}>{t("message.source.cut")}</p>}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
          <pre className={styles.raw} tabIndex={0}>
            {textOf(source.base64)}
          </pre>
        </>
      ) : (
        <p>{t("message.reading")}</p>
      )}
    </Dialog>
  );
}

function textOf(base64: string): string {
  const raw = bytesOf(base64).subarray(0, SHOWN);
  return new TextDecoder("utf-8").decode(raw);
}

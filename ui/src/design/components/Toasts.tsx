import { useEffect } from "react";
import { Button } from "react-aria-components";
import { t } from "../../i18n";
import { keysOf, useAction } from "../../state/actions";
import { useSecondsLeft } from "../../state/clock";
import { useStore } from "../../state/store";
import { dismiss, type Toast, toasts, undoNewest } from "../../state/toasts";
import { Icon } from "../icons";
import { Kbd } from "./Kbd";
import styles from "./Toasts.module.css";

/** Shows what has just been done, with Undo where there is a way back. */
export function Toasts() {
  const shown = useStore(toasts);
  const undoable = shown.findLast((toast) => toast.undo)?.id;
  useAction("undo", undoNewest, undoable !== undefined);
  return (
    <section className={styles.toasts} aria-label={t("toasts.label")} aria-live="polite">
      {shown.map((toast) => (
        <ToastLine key={toast.id} toast={toast} newest={toast.id === undoable} />
      ))}
    </section>
  );
}

function Counting({ until, text }: NonNullable<Toast["counting"]>) {
  return <span aria-hidden="true">{text(useSecondsLeft(until))}</span>;
}

function ToastLine({ toast, newest }: { toast: Toast; newest: boolean }) {
  useEffect(() => {
    if (toast.forMs === undefined) return;
    const timer = setTimeout(() => dismiss(toast.id), toast.forMs);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <div className={styles.toast} data-tone={toast.tone}>
      <span className={styles.text}>
        {toast.counting ? (
          <>
            <span className="visually-hidden">{toast.text}</span>
            {/* A voice that counts would say nothing else. */}
            <Counting {...toast.counting} />
          </>
        ) : (
          toast.text
        )}
        {toast.hint && <span className={styles.hint}>{toast.hint}</span>}
      </span>
      {toast.undo && (
        <Button
          className={styles.act}
          onPress={() => {
            dismiss(toast.id);
            toast.undo?.();
          }}
        >
          {t("toasts.undo")}
          {newest && <Kbd keys={keysOf("undo")[0] ?? ""} />}
        </Button>
      )}
      <Button className={styles.act} aria-label={t("close")} onPress={() => dismiss(toast.id)}>
        <Icon name="close" />
      </Button>
    </div>
  );
}

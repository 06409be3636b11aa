import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { EmptyState } from "../design/components/Banner";
import { Button } from "../design/components/Button";
import { t } from "../i18n";
import { ApiFailure } from "./errors";
import styles from "./ReadFailed.module.css";

const FOCUSABLE = "button, a[href], input, [tabindex='0']";

/**
 * Says that something could not be read: what happened, what is safe, and what to do, which is to
 * read it again here or to look at what else is offered. Every failed read is said by it.
 */
export function ReadFailed({
  error,
  again,
  what,
  acts,
  line = false,
}: {
  error: unknown;
  /** Reads again. */
  again: () => unknown;
  /** What could not be read, where that is not plain from its place. */
  what?: string;
  /** Other ways on, beside reading again. */
  acts?: ReactNode;
  /** One line inside of something else, in place of a whole panel. */
  line?: boolean;
}) {
  const failure = ApiFailure.of(error);
  const [reading, setReading] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const read = async () => {
    if (reading) return;
    setReading(true);
    await again();
    setReading(false);
  };
  // Read this time, the button is gone: the focus goes to what came in its place.
  useLayoutEffect(() => {
    const element = box.current;
    const around = element?.closest<HTMLElement>("[role=tabpanel], main");
    return () => {
      if (!element?.contains(document.activeElement)) return;
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        (around?.querySelector<HTMLElement>(FOCUSABLE) ?? around)?.focus();
      });
    };
  }, []);
  const title = what ?? failure.message;
  const rest = [what && failure.message, failure.hint || t("read.failed.hint")];
  const text = rest.filter(Boolean).join(" ");
  const button = (
    <Button size={line ? "small" : "normal"} onPress={() => void read()}>
      {reading ? t("read.again.now") : t("again")}
    </Button>
  );
  if (line) {
    return (
      <div ref={box} className={styles.line} role="alert">
        <p className={styles.text}>
          <strong>{title}</strong> {text}
        </p>
        {button}
        {acts}
      </div>
    );
  }
  return (
    <div ref={box} className={styles.whole} role="alert">
      <EmptyState
        icon="warning"
        title={title}
        acts={
          <>
            {button}
            {acts}
          </>
        }
      >
        {text}
      </EmptyState>
    </div>
  );
}

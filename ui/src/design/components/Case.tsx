import type { ReactNode, Ref } from "react";
import styles from "./Case.module.css";

/** What one case among several is about, in words; focus comes to it when the case is opened. */
export function CaseTitle({
  id,
  ref,
  children,
}: {
  id: string;
  ref: Ref<HTMLHeadingElement>;
  children: ReactNode;
}) {
  return (
    <h2 id={id} ref={ref} tabIndex={-1} className={styles.title}>
      {children}
    </h2>
  );
}

/** What stands beside a case or a list of cases in quiet words. */
export function CaseMeta({ status, children }: { status?: boolean; children: ReactNode }) {
  return (
    <p role={status ? "status" : undefined} className={styles.meta}>
      {children}
    </p>
  );
}

/** What can be done with a case. */
export function CaseActs({
  label,
  labelledBy,
  children,
}: {
  label?: string;
  labelledBy?: string;
  children: ReactNode;
}) {
  return (
    <fieldset className={styles.acts} aria-label={label} aria-labelledby={labelledBy}>
      {children}
    </fieldset>
  );
}

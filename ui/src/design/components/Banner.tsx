import type { ReactNode } from "react";
import { Icon, type IconName } from "../icons";
import styles from "./Banner.module.css";

/** A line across the top that says something about the whole window or page. */
export function Banner({
  tone,
  icon,
  children,
  hint,
  acts,
}: {
  tone: "plain" | "quiet" | "soon" | "broken";
  icon?: IconName;
  children: ReactNode;
  hint?: string;
  acts?: ReactNode;
}) {
  return (
    <div className={styles.banner} data-tone={tone} role={tone === "broken" ? "alert" : "status"}>
      {icon && <Icon name={icon} />}
      <span className={styles.text}>
        {children}
        {hint && <span className={styles.hint}>{hint}</span>}
      </span>
      {acts && <span className={styles.acts}>{acts}</span>}
    </div>
  );
}

/** Says why a place is empty, what would fill it, and offers the next step. */
export function EmptyState({
  icon,
  title,
  children,
  acts,
}: {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  acts?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      {icon && (
        <span className={styles.mark}>
          <Icon name={icon} size={32} />
        </span>
      )}
      <p className={styles.emptyTitle}>{title}</p>
      {children && <p className={styles.emptyText}>{children}</p>}
      {acts && <div className={styles.emptyActs}>{acts}</div>}
    </div>
  );
}

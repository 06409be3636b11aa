import { type ReactNode, useRef } from "react";
import { t } from "../../i18n";
import { frame, placesDrawer } from "../../state/frame";
import { useStore } from "../../state/store";
import { IconButton } from "./Button";
import { useFocusPassedOn } from "./focusPassedOn";
import styles from "./Page.module.css";

/** A page that stands beside the places: a head and a column of sections. */
export function Page({
  title,
  acts,
  back,
  children,
}: {
  title: string;
  acts?: ReactNode;
  back?: ReactNode;
  children: ReactNode;
}) {
  const shape = useStore(frame);
  const page = useRef<HTMLDivElement>(null);
  useFocusPassedOn(page);
  return (
    <div ref={page} className={styles.page}>
      <header className={styles.head}>
        {shape.places === "hidden" && (
          <IconButton icon="menu" label={t("places.open")} onPress={() => placesDrawer.set(true)} />
        )}
        {back}
        <h1 className={styles.title}>{title}</h1>
        {acts}
      </header>
      <div className={styles.body}>
        <div className={styles.column}>{children}</div>
      </div>
    </div>
  );
}

/** A part of a page with a heading. */
export function Section({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children: ReactNode;
}) {
  return (
    <section className={styles.section}>
      <h2 className={styles.sectionTitle}>{title}</h2>
      {text && <p className={styles.sectionText}>{text}</p>}
      {children}
    </section>
  );
}

/** Lines that belong together. */
export function Card({ children }: { children: ReactNode }) {
  return <div className={styles.card}>{children}</div>;
}

/** One line of a card: what it is, what it means, and its control or value. */
export function Line({
  mark,
  name,
  hint,
  children,
}: {
  mark?: ReactNode;
  name: ReactNode;
  hint?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={styles.line}>
      {mark}
      <div className={styles.lineText}>
        <div className={styles.lineName}>{name}</div>
        {hint && <div className={styles.lineHint}>{hint}</div>}
      </div>
      {children && <div className={styles.lineEnd}>{children}</div>}
    </div>
  );
}

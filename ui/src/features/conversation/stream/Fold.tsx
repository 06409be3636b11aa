import { type ReactNode, useId, useState } from "react";
import type { Folded } from "../../../api/generated/wire";
import { Icon } from "../../../design/icons";
import { type TextKey, tt } from "../../../i18n";
import styles from "./Fold.module.css";
import { linked } from "./Text";

const KINDS = ["quote", "signature", "forward", "disclaimer"];

/** Something that opens in place under a quiet line that says what it is. */
export function Disclosure({
  label,
  children,
  className,
  openedBy = false,
  held,
}: {
  label: ReactNode;
  children: ReactNode;
  className?: string;
  /** Opened from outside. */
  openedBy?: boolean;
  /** Whether it is open, where that is kept outside. */
  held?: readonly [boolean, (open: boolean) => void];
}) {
  const own = useState(false);
  const [chosen, setOpen] = held ?? own;
  const open = chosen || openedBy;
  const id = useId();
  return (
    <div className={className}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <span className={styles.sign} data-open={open || undefined}>
          <Icon name="right" size={12} />
        </span>
        {label}
      </button>
      {open && <div id={id}>{children}</div>}
    </div>
  );
}

/** A part of a text that was folded away: its kind and how long it is; opens in place. */
export function Fold({ part, open }: { part: Folded; open: boolean }) {
  const kind = KINDS.includes(part.kind) ? part.kind : "quote";
  return (
    <Disclosure label={tt(`fold.${kind}` as TextKey, { n: part.lines })} openedBy={open}>
      <div className={styles.part} data-kind={kind} dir="auto">
        {linked(part.text)}
      </div>
    </Disclosure>
  );
}

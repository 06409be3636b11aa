import type { ReactElement, ReactNode } from "react";
import {
  Menu as AriaMenu,
  Popover as AriaPopover,
  Dialog,
  DialogTrigger,
  ListBoxItem,
  MenuItem,
  MenuTrigger,
  Separator,
} from "react-aria-components";
import { type ActionId, keysOf } from "../../state/actions";
import { cx } from "../cx";
import { Icon, type IconName } from "../icons";
import { Kbd } from "./Kbd";
import styles from "./Menu.module.css";

/** A row of a menu, or a line between two groups. */
export type MenuEntry =
  | "line"
  | {
      readonly id: string;
      readonly name: string;
      readonly icon?: IconName;
      readonly hint?: string;
      readonly action?: ActionId;
      readonly chosen?: boolean;
      readonly isDisabled?: boolean;
      readonly run: () => void;
    };

/** A button that opens a menu. */
export function Menu({
  trigger,
  label,
  entries,
}: {
  trigger: ReactElement;
  label: string;
  entries: readonly MenuEntry[];
}) {
  return (
    <MenuTrigger>
      {trigger}
      <AriaPopover className={styles.popover} offset={4}>
        <AriaMenu className={styles.menu} aria-label={label}>
          {entries.map((entry, at) =>
            entry === "line" ? (
              <Separator key={`line ${at}`} className={styles.line} />
            ) : (
              <MenuItem
                key={entry.id}
                id={entry.id}
                textValue={entry.name}
                className={styles.row}
                isDisabled={entry.isDisabled}
                onAction={entry.run}
              >
                {entry.icon && <Icon name={entry.icon} />}
                <span className={styles.text}>
                  <span>{entry.name}</span>
                  {entry.hint && <span className={styles.hint}>{entry.hint}</span>}
                </span>
                {entry.chosen && <Icon name="check" />}
                {entry.action && <Kbd keys={keysOf(entry.action)[0] ?? ""} />}
              </MenuItem>
            ),
          )}
        </AriaMenu>
      </AriaPopover>
    </MenuTrigger>
  );
}

/** One row of a list of choices, ticked when chosen. */
export function MenuRow({ id, name, hint }: { id: string; name: string; hint?: string }) {
  return (
    <ListBoxItem id={id} textValue={name} className={styles.row}>
      {({ isSelected }) => (
        <>
          <span className={styles.text}>
            <span>{name}</span>
            {hint && <span className={styles.hint}>{hint}</span>}
          </span>
          <span className={styles.tick}>{isSelected && <Icon name="check" />}</span>
        </>
      )}
    </ListBoxItem>
  );
}

/** A button that opens a small panel beside it. */
export function Popover({
  trigger,
  label,
  children,
  wide,
  isOpen,
  onOpenChange,
}: {
  trigger: ReactElement;
  label: string;
  /** More room, and no edge of its own: for what fills it from side to side. */
  wide?: boolean;
  children: ReactNode | ((close: () => void) => ReactNode);
  /** Given together where a key can open it too. */
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {trigger}
      <AriaPopover className={cx(styles.popover, wide && styles.wide)} offset={4}>
        <Dialog className={wide ? styles.filled : styles.body} aria-label={label}>
          {({ close }) => <>{typeof children === "function" ? children(close) : children}</>}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  );
}

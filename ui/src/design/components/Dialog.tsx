import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { t } from "../../i18n";
import { cx } from "../cx";
import { IconButton } from "./Button";
import styles from "./Dialog.module.css";

/** A sheet above the window, for what is asked and put away at once: the palette, the map of keys. */
export function Dialog({
  label,
  isOpen,
  onClose,
  wide,
  titled = true,
  children,
}: {
  label: string;
  isOpen: boolean;
  onClose: () => void;
  wide?: boolean;
  /** Shows the label as a heading with a button to close. */
  titled?: boolean;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      className={styles.scrim}
      data-sheet=""
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className={cx(styles.sheet, wide && styles.wide)}>
        <AriaDialog className={styles.dialog} aria-label={titled ? undefined : label}>
          {titled && (
            <div className={styles.head}>
              <Heading slot="title">{label}</Heading>
              <IconButton icon="close" label={t("close")} onPress={onClose} />
            </div>
          )}
          {titled ? (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
            <div className={styles.body} tabIndex={0}>
              {children}
            </div>
          ) : (
            children
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

import type { ReactNode } from "react";
import { Button as AriaButton, ToggleButton as AriaToggle } from "react-aria-components";
import { type ActionId, keysOf } from "../../state/actions";
import { cx } from "../cx";
import { Icon, type IconName } from "../icons";
import styles from "./Button.module.css";
import { Kbd } from "./Kbd";
import { Tip } from "./Tip";

interface ButtonProps {
  children: ReactNode;
  icon?: IconName;
  tone?: "plain" | "primary" | "quiet";
  size?: "normal" | "small";
  isDisabled?: boolean;
  /** It was pressed and is at it: it keeps the focus and does nothing meanwhile. */
  isPending?: boolean;
  autoFocus?: boolean;
  type?: "button" | "submit";
  onPress?: () => void;
  /** Shows the key of this action on the button. */
  action?: ActionId;
  className?: string;
}

/** A button with a text. */
export function Button({
  children,
  icon,
  tone = "plain",
  size = "normal",
  action,
  className,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      type={type}
      className={cx(styles.button, styles[tone], styles[size], className)}
    >
      {icon && <Icon name={icon} />}
      {children}
      {action && <Kbd keys={keysOf(action)[0] ?? ""} />}
    </AriaButton>
  );
}

interface IconButtonProps {
  icon: IconName;
  /** What it does; read by screen readers and shown when pointed at. */
  label: string;
  action?: ActionId;
  size?: "normal" | "small";
  isDisabled?: boolean;
  isPending?: boolean;
  onPress?: () => void;
  className?: string;
}

/** A button with an icon only; its name is its tooltip. */
export function IconButton({
  icon,
  label,
  action,
  size = "normal",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tip text={label} action={action}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={cx(styles.button, styles.quiet, styles.icon, styles[size], className)}
      >
        <Icon name={icon} />
      </AriaButton>
    </Tip>
  );
}

interface ToggleProps {
  icon: IconName;
  label: string;
  action?: ActionId;
  isSelected: boolean;
  onChange: (selected: boolean) => void;
  className?: string;
}

/** An icon button that stays down while what it shows is open. */
export function IconToggle({ icon, label, action, className, ...rest }: ToggleProps) {
  return (
    <Tip text={label} action={action}>
      <AriaToggle
        {...rest}
        aria-label={label}
        className={cx(styles.button, styles.quiet, styles.icon, className)}
      >
        <Icon name={icon} />
      </AriaToggle>
    </Tip>
  );
}

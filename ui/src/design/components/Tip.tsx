import type { ReactElement } from "react";
import { Tooltip, TooltipTrigger } from "react-aria-components";
import { type ActionId, keysOf } from "../../state/actions";
import { Kbd } from "./Kbd";
import styles from "./Tip.module.css";

/** Says what a control does, with its key, when it is pointed at or focused. */
export function Tip({
  text,
  action,
  children,
  placement = "bottom",
}: {
  text: string;
  action?: ActionId;
  children: ReactElement;
  placement?: "bottom" | "top" | "end" | "start";
}) {
  return (
    <TooltipTrigger delay={450} closeDelay={60}>
      {children}
      <Tooltip className={styles.tip} offset={6} placement={placement}>
        {text}
        {action && <Kbd keys={keysOf(action)[0] ?? ""} />}
      </Tooltip>
    </TooltipTrigger>
  );
}

import type { ReactNode } from "react";

/** A part that scrolls by itself, so it can be reached with the keyboard and says what it is. */
export function Scroller({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  const reachable = { tabIndex: 0 };
  return (
    <section className={className} aria-label={label} {...reachable}>
      {children}
    </section>
  );
}

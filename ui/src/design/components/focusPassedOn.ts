import { type RefObject, useEffect } from "react";

const REACHED =
  "button, input, select, textarea, summary, a[href], [tabindex]:not([tabindex='-1'])";

/**
 * Keeps the focus on a part of the window when what had it goes: a line that was removed, a form
 * that was put away. It comes to what stands in the same place then, so that the next key is not
 * lost and whoever listens goes on where they were.
 */
export function useFocusPassedOn(part: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const within = part.current;
    if (!within) return;
    let last: HTMLElement | undefined;
    let place = -1;
    const reached = () =>
      [...within.querySelectorAll<HTMLElement>(REACHED)].filter(
        (one) => !one.matches(":disabled") && one.tabIndex >= 0,
      );
    const onFocus = ({ target }: FocusEvent) => {
      // What went elsewhere of its own is not brought back.
      last = target instanceof HTMLElement && within.contains(target) ? target : undefined;
      place = last ? reached().indexOf(last) : -1;
    };
    const watch = new MutationObserver(() => {
      if (!last || last.isConnected || document.activeElement !== document.body) return;
      last = undefined;
      const all = reached();
      // What was focused by the program alone has no place among the others.
      all[Math.min(Math.max(place, 0), all.length - 1)]?.focus();
    });
    document.addEventListener("focusin", onFocus);
    watch.observe(within, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", onFocus);
      watch.disconnect();
    };
  }, [part]);
}

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

// Nothing that arrives, opens or loads may move what is being read: the entry at the top edge
// stays where it is. Only who reads at the very end goes on with the end.

const NEAR_END = 24;
const SETTLING_MS = 700;

/** Where one reads in a stream, and the ways to other places in it. */
export interface ReadingPlace {
  readonly atEnd: boolean;
  readonly toEnd: () => void;
  readonly onScroll: () => void;
  /** Takes what is at the top edge now as the place to hold. */
  readonly note: () => void;
  /** The entry at the top edge. */
  readonly topmost: () => string | undefined;
}

function entriesOf(content: HTMLElement): HTMLElement[] {
  return [...content.querySelectorAll<HTMLElement>("[data-key]")];
}

/** Holds the reading place of a scroller while what is in it changes. */
export function useReadingPlace(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  /** Changes whenever entries come or go. */
  turn: string,
  /** Whether the newest entry is in the page. */
  endShown: boolean,
  /** The entry to begin at; the end when there is none. */
  begin: string | undefined,
  onNear: (edge: "start" | "end") => void,
): ReadingPlace {
  const [atEnd, setAtEnd] = useState(true);
  const stuck = useRef(true);
  const held = useRef<{ key: string; top: number }>(undefined);
  const opened = useRef(0);
  const touched = useRef(false);
  const lastTop = useRef(0);
  const whole = useRef(endShown);
  whole.current = endShown;

  const note = useCallback(() => {
    const view = scroller.current;
    const inside = content.current;
    if (!view || !inside) return;
    const left = view.scrollHeight - view.scrollTop - view.clientHeight;
    lastTop.current = view.scrollTop;
    stuck.current = whole.current && left <= NEAR_END;
    setAtEnd(stuck.current);
    const top = view.getBoundingClientRect().top;
    const first = entriesOf(inside).find((one) => one.getBoundingClientRect().bottom > top + 1);
    held.current = first && {
      key: first.dataset.key ?? "",
      top: first.getBoundingClientRect().top - top,
    };
  }, [scroller, content]);

  const hold = useCallback(() => {
    const view = scroller.current;
    const inside = content.current;
    const before = held.current;
    if (!view || !inside || !before) return;
    const entry = inside.querySelector<HTMLElement>(`[data-key="${CSS.escape(before.key)}"]`);
    if (!entry) return;
    const top = entry.getBoundingClientRect().top - view.getBoundingClientRect().top;
    if (Math.abs(top - before.top) > 0.5) view.scrollTop += top - before.top;
  }, [scroller, content]);

  const toEnd = useCallback(() => {
    const view = scroller.current;
    if (!view) return;
    stuck.current = true;
    // Where the newest entries are yet to come into the page, the end is gone to with them.
    if (!whole.current) return;
    view.scrollTop = view.scrollHeight;
    note();
  }, [scroller, note]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs whenever entries come or go
  useLayoutEffect(() => {
    const view = scroller.current;
    const inside = content.current;
    if (!view || !inside || turn === "") return;
    if (opened.current === 0) {
      opened.current = performance.now();
      view.scrollTop = view.scrollHeight;
      const first = begin && inside.querySelector<HTMLElement>(`[data-key="${CSS.escape(begin)}"]`);
      if (first) {
        const top = first.getBoundingClientRect().top - view.getBoundingClientRect().top;
        // What is new may begin above the fold: then reading begins there.
        if (top < 0) {
          view.scrollTop += top - 48;
          touched.current = true;
        }
      }
    } else if (stuck.current) {
      view.scrollTop = view.scrollHeight;
    } else {
      hold();
    }
    note();
  }, [turn]);

  useEffect(() => {
    const view = scroller.current;
    const inside = content.current;
    if (!view || !inside || typeof ResizeObserver === "undefined") return;
    let height = view.clientHeight;
    const observer = new ResizeObserver(() => {
      const settling = !touched.current && performance.now() - opened.current < SETTLING_MS;
      const viewChanged = view.clientHeight !== height;
      height = view.clientHeight;
      if (settling || (viewChanged && stuck.current)) view.scrollTop = view.scrollHeight;
      else hold();
      note();
    });
    observer.observe(view);
    observer.observe(inside);
    const touch = () => {
      touched.current = true;
    };
    view.addEventListener("wheel", touch, { passive: true });
    view.addEventListener("touchstart", touch, { passive: true });
    view.addEventListener("pointerdown", touch);
    view.addEventListener("keydown", touch);
    return () => {
      observer.disconnect();
      view.removeEventListener("wheel", touch);
      view.removeEventListener("touchstart", touch);
      view.removeEventListener("pointerdown", touch);
      view.removeEventListener("keydown", touch);
    };
  }, [scroller, content, hold, note]);

  const onScroll = useCallback(() => {
    const before = lastTop.current;
    note();
    const view = scroller.current;
    if (!view || opened.current === 0) return;
    // Only who moves towards an edge is near it: holding the place moves the scroll as well.
    const { scrollTop, clientHeight, scrollHeight } = view;
    if (scrollTop < before && scrollTop < clientHeight) onNear("start");
    else if (scrollTop > before && scrollHeight - scrollTop < 2 * clientHeight) onNear("end");
  }, [scroller, note, onNear]);

  const topmost = useCallback(() => held.current?.key, []);

  return { atEnd, toEnd, onScroll, note, topmost };
}

import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";
import styles from "./VirtualList.module.css";

/** What a row of a virtual list is told about itself. */
export interface RowState {
  readonly active: boolean;
  readonly selected: boolean;
}

interface VirtualListProps {
  label: string;
  count: number;
  rowHeight: number;
  keyOf: (index: number) => string;
  /** The sentence a screen reader says for a row. */
  sentenceOf: (index: number) => string;
  renderRow: (index: number, state: RowState) => ReactNode;
  /** The row that has the cursor; -1 for none. */
  active: number;
  /** Where moving on begins when no row has the cursor. */
  rest?: number;
  onActive: (index: number) => void;
  isSelected: (index: number) => boolean;
  /** A row was chosen with the pointer or the keyboard. */
  onPick: (index: number, how: "only" | "add" | "range") => void;
  onOpen: (index: number) => void;
  /** Down to where rows are visible. */
  onDepth?: (last: number) => void;
  /** The end is near: the next page is wanted. */
  onNearEnd?: () => void;
  /** Under this name the place of the scroll is remembered while the window is open. */
  memory?: string;
  /** Nothing stands over the end of the list, so it ends with its last row. */
  flush?: boolean;
  box?: Ref<HTMLDivElement>;
}

const OVER_END = 112;

/**
 * A list of any length of which only the visible rows exist.
 *
 * The list itself has the focus and names its active row, so an update can never take the focus
 * away. The active row always exists, even when it is scrolled out of sight.
 */
export function VirtualList(props: VirtualListProps) {
  const { label, count, rowHeight, keyOf, sentenceOf, renderRow, active, onNearEnd, onDepth } =
    props;
  const scroller = useRef<HTMLDivElement>(null);
  useImperativeHandle(props.box, () => scroller.current as HTMLDivElement, []);
  const id = useId();

  const rangeExtractor = useCallback(
    (range: Range) => {
      const rows = defaultRangeExtractor(range);
      if (active >= 0 && active < count && !rows.includes(active)) {
        rows.push(active);
        rows.sort((a, b) => a - b);
      }
      return rows;
    },
    [active, count],
  );

  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    overscan: 8,
    // The last rows can be brought clear of what stands over the end of the list.
    paddingEnd: props.flush ? 0 : OVER_END,
    scrollPaddingEnd: props.flush ? 0 : OVER_END,
    initialOffset: () => (props.memory && places.get(props.memory)) || 0,
    rangeExtractor,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new row height makes old sizes wrong
  useEffect(() => virtual.measure(), [rowHeight]);

  const rows = virtual.getVirtualItems();
  const last = Math.max(virtual.range?.endIndex ?? 0, active);
  useEffect(() => {
    if (count > 0 && last >= count - 30) onNearEnd?.();
    onDepth?.(last);
  }, [last, count, onNearEnd, onDepth]);

  useRememberedPlace(scroller, props.memory);
  useHeldPlace(scroller, rowHeight, count, keyOf);

  const shown = useRef(-1);
  useEffect(() => {
    if (active >= 0 && active !== shown.current) virtual.scrollToIndex(active, { align: "auto" });
    shown.current = active;
  }, [active, virtual]);

  const go = (to: number, event: KeyboardEvent) => {
    event.preventDefault();
    const next = Math.min(count - 1, Math.max(0, to));
    if (next < 0) return;
    props.onActive(next);
    if (event.shiftKey) props.onPick(next, "range");
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const rest = props.rest ?? 0;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    switch (event.key) {
      case "ArrowDown":
        return go(active >= 0 ? active + 1 : rest, event);
      case "ArrowUp":
        return go((active >= 0 ? active : rest) - 1, event);
      case "PageDown":
        return go(Math.max(active, 0) + page, event);
      case "PageUp":
        return go(Math.max(active, 0) - page, event);
      case "Home":
        return go(0, event);
      case "End":
        return go(count - 1, event);
      case "Enter":
        if (active < 0) return;
        event.preventDefault();
        return props.onOpen(active);
      case " ":
        if (active < 0) return;
        event.preventDefault();
        return props.onPick(active, "add");
    }
  };

  const onRow = (index: number, event: MouseEvent) => {
    props.onActive(index);
    if (event.shiftKey) return props.onPick(index, "range");
    if (event.metaKey || event.ctrlKey) return props.onPick(index, "add");
    props.onPick(index, "only");
    props.onOpen(index);
  };

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="listbox"
      aria-label={label}
      aria-multiselectable="true"
      aria-activedescendant={active >= 0 && active < count ? `${id}${keyOf(active)}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* The one length that only the data knows; set through the DOM, which the policy allows. */}
      <div role="presentation" className={styles.space} style={{ height: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const state = { active: row.index === active, selected: props.isSelected(row.index) };
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles the keys of its options
            // biome-ignore lint/a11y/useFocusableInteractive: focus stays with the list
            <div
              key={row.key}
              id={`${id}${row.key}`}
              role="option"
              aria-selected={state.selected}
              aria-posinset={row.index + 1}
              aria-setsize={count}
              className={styles.row}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              onClick={(event) => onRow(row.index, event)}
            >
              <span className="visually-hidden">{sentenceOf(row.index)}</span>
              <div className={styles.seen} aria-hidden="true">
                {renderRow(row.index, state)}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const places = new Map<string, number>();

/** Comes back to where one was in a list, and notes the place when it goes away. */
function useRememberedPlace(scroller: RefObject<HTMLDivElement | null>, memory?: string): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || memory === undefined) return;
    element.scrollTop = places.get(memory) ?? 0;
    const note = () => places.set(memory, element.scrollTop);
    element.addEventListener("scroll", note, { passive: true });
    return () => element.removeEventListener("scroll", note);
  }, [scroller, memory]);
}

/**
 * Keeps what is read where it is when rows come or go above it.
 *
 * At the very top nothing is held: there new rows are what one waits for.
 */
function useHeldPlace(
  scroller: RefObject<HTMLDivElement | null>,
  rowHeight: number,
  count: number,
  keyOf: (index: number) => string,
): void {
  const held = useRef<{ key: string; index: number; rowHeight: number }>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    const before = held.current;
    if (!element || !before || element.scrollTop <= 0) return;
    if (before.rowHeight !== rowHeight) {
      element.scrollTop *= rowHeight / before.rowHeight;
      return;
    }
    if (before.index < count && keyOf(before.index) === before.key) return;
    for (let step = 1; step < count; step += 1) {
      for (const index of [before.index + step, before.index - step]) {
        if (index >= 0 && index < count && keyOf(index) === before.key) {
          element.scrollTop += (index - before.index) * rowHeight;
          return;
        }
      }
    }
  }, [scroller, rowHeight, count, keyOf]);
  // After each rendering the row at the top edge is remembered; a scroll renders again.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || count === 0) return;
    const index = Math.min(count - 1, Math.floor(element.scrollTop / rowHeight));
    held.current = { key: keyOf(index), index, rowHeight };
  });
}

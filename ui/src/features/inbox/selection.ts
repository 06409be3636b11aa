import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ConversationRow } from "../../api/generated/wire";

/**
 * The cursor and the chosen rows of a list, by conversation and not by place, so that new rows move neither.
 *
 * A row that leaves the list by itself takes the cursor with it: a key that was meant for it may
 * not hit the one that slid into its place. Only who sent it away goes on with the next.
 */
export interface Selection {
  /** The place of the cursor; -1 for none. */
  readonly cursor: number;
  /** Where moving on begins when there is no cursor: the place it was lost at. */
  readonly rest: number;
  readonly ids: readonly string[];
  readonly has: (id: string | undefined) => boolean;
  readonly moveTo: (at: number) => void;
  readonly pick: (at: number, how: "only" | "add" | "range") => void;
  readonly all: () => void;
  readonly clear: () => void;
  /** Says that these are sent away from here: the cursor goes on to the row that follows. */
  readonly sendAway: (ids: readonly string[]) => void;
}

const NOTHING = { view: "", ids: new Set<string>() as ReadonlySet<string> };

/** Returns the place that a step leads to, from the cursor or from where it was lost. */
export function stepFrom(cursor: number, rest: number, step: number): number {
  if (cursor >= 0) return cursor + step;
  return step > 0 ? rest + step - 1 : rest + step;
}

/** Keeps the cursor and the chosen rows of each list. */
export function useSelection(
  rows: readonly ConversationRow[],
  view: string,
  /** Told when the conversation under the cursor has left the list by itself. */
  onLost?: () => void,
): Selection {
  const [cursors, setCursors] = useState<Readonly<Record<string, string | undefined>>>({});
  const [picked, setPicked] = useState<{ view: string; ids: ReadonlySet<string> }>(NOTHING);
  const cursorId = cursors[view];
  // What was chosen in one view is not chosen in the next.
  const chosen = picked.view === view ? picked.ids : NOTHING.ids;
  const setCursorId = useCallback(
    (id: string | undefined) => setCursors((before) => ({ ...before, [view]: id })),
    [view],
  );
  const setChosen = useCallback(
    (next: ReadonlySet<string> | ((before: ReadonlySet<string>) => ReadonlySet<string>)) =>
      setPicked((before) => {
        const ids = before.view === view ? before.ids : NOTHING.ids;
        return { view, ids: typeof next === "function" ? next(ids) : next };
      }),
    [view],
  );
  const anchor = useRef<string>(undefined);
  const last = useRef({ view, at: 0 });
  const away = useRef<ReadonlySet<string>>(NOTHING.ids);
  const lost = useRef(onLost);
  lost.current = onLost;

  const cursor = useMemo(
    () => (cursorId === undefined ? -1 : rows.findIndex((row) => row.id === cursorId)),
    [rows, cursorId],
  );
  const rest = last.current.view === view ? Math.min(last.current.at, rows.length) : 0;
  useEffect(() => {
    if (cursor >= 0) {
      last.current = { view, at: cursor };
      return;
    }
    if (cursorId === undefined || rows.length === 0) return;
    if (away.current.has(cursorId)) {
      const at = last.current.view === view ? last.current.at : 0;
      setCursorId(rows[Math.min(at, rows.length - 1)]?.id);
    } else if (last.current.view === view) {
      setCursorId(undefined);
      lost.current?.();
    }
  }, [cursor, cursorId, rows, view, setCursorId]);

  const present = useMemo(() => new Set(rows.map((row) => row.id)), [rows]);
  const ids = useMemo(() => [...chosen].filter((id) => present.has(id)), [chosen, present]);

  const moveTo = useCallback((at: number) => setCursorId(rows[at]?.id), [rows, setCursorId]);
  const pick = useCallback(
    (at: number, how: "only" | "add" | "range") => {
      const id = rows[at]?.id;
      if (id === undefined) return;
      setCursorId(id);
      if (how === "range") {
        const from = Math.max(
          0,
          rows.findIndex((row) => row.id === (anchor.current ?? id)),
        );
        const [low, high] = from < at ? [from, at] : [at, from];
        setChosen(new Set(rows.slice(low, high + 1).map((row) => row.id)));
        return;
      }
      anchor.current = id;
      if (how === "only") {
        setChosen(new Set());
        return;
      }
      setChosen((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      });
    },
    [rows, setCursorId, setChosen],
  );
  const all = useCallback(() => setChosen(new Set(rows.map((row) => row.id))), [rows, setChosen]);
  const clear = useCallback(() => setChosen(NOTHING.ids), [setChosen]);
  const has = useCallback((id: string | undefined) => id !== undefined && chosen.has(id), [chosen]);
  const sendAway = useCallback((gone: readonly string[]) => {
    away.current = new Set(gone);
  }, []);

  return useMemo(
    () => ({ cursor, rest, ids, has, moveTo, pick, all, clear, sendAway }),
    [cursor, rest, ids, has, moveTo, pick, all, clear, sendAway],
  );
}

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ConversationRow } from "../../api/generated/wire";

/** The cursor and the chosen rows of a list, by conversation and not by place, so that new rows move neither. */
export interface Selection {
  /** The place of the cursor; -1 for none. */
  readonly cursor: number;
  readonly ids: readonly string[];
  readonly has: (id: string | undefined) => boolean;
  readonly moveTo: (at: number) => void;
  readonly pick: (at: number, how: "only" | "add" | "range") => void;
  readonly all: () => void;
  readonly clear: () => void;
}

const NOTHING = { view: "", ids: new Set<string>() as ReadonlySet<string> };

/** Keeps the cursor and the chosen rows of each list. */
export function useSelection(rows: readonly ConversationRow[], view: string): Selection {
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
  const lastPlace = useRef(0);

  const cursor = useMemo(() => {
    if (cursorId === undefined) return -1;
    const at = rows.findIndex((row) => row.id === cursorId);
    // A row that has left the view hands the cursor to the one that took its place.
    return at >= 0 ? at : Math.min(lastPlace.current, rows.length - 1);
  }, [rows, cursorId]);
  useEffect(() => {
    if (cursor >= 0) lastPlace.current = cursor;
  }, [cursor]);

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

  return useMemo(
    () => ({ cursor, ids, has, moveTo, pick, all, clear }),
    [cursor, ids, has, moveTo, pick, all, clear],
  );
}

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

/** Keeps the cursor and the chosen rows of a list. */
export function useSelection(rows: readonly ConversationRow[]): Selection {
  const [cursorId, setCursorId] = useState<string>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
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

  const moveTo = useCallback((at: number) => setCursorId(rows[at]?.id), [rows]);
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
    [rows],
  );
  const all = useCallback(() => setChosen(new Set(rows.map((row) => row.id))), [rows]);
  const clear = useCallback(() => setChosen(new Set()), []);
  const has = useCallback((id: string | undefined) => id !== undefined && chosen.has(id), [chosen]);

  return useMemo(
    () => ({ cursor, ids, has, moveTo, pick, all, clear }),
    [cursor, ids, has, moveTo, pick, all, clear],
  );
}

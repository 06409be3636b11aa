import { replaceEqualDeep, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { sayFailure } from "../../../api/acts";
import { call } from "../../../api/client";
import type { Entry } from "../../../api/generated/wire";

/** The part of a stream that has been read: its newest entries, without a gap. */
export interface Stretch {
  readonly entries: readonly Entry[];
  /** Whether there are older entries. */
  readonly older: boolean;
}

const FIRST = 60;
const MOST = 200;

/**
 * Reads the newest entries, and on until `back` is among them: what was shown before a change is
 * all shown after it, so that nothing jumps.
 */
export async function readStretch(conversation: string, back: string | null): Promise<Stretch> {
  const limit = back === null ? FIRST : MOST;
  const newest = await call("timeline_get", { conversation, before: null, after: null, limit });
  let entries = newest.entries;
  let older = newest.older;
  while (back !== null && older && !entries.some((entry) => entry.key === back)) {
    const first = entries[0];
    if (!first) break;
    const page = await call("timeline_get", {
      conversation,
      before: first.key,
      after: null,
      limit: MOST,
    });
    if (page.entries.length === 0) return { entries, older: false };
    entries = [...page.entries, ...entries];
    older = page.older;
  }
  const from = back === null ? 0 : entries.findIndex((entry) => entry.key === back);
  if (from > 0) return { entries: entries.slice(from), older: true };
  return { entries, older };
}

// As many entries before the first that is looked at are kept, so that going on up finds them there.
const SLACK = 60;

function backTo(entries: readonly Entry[], top: string | undefined): string | null {
  const at = top === undefined ? 0 : entries.findIndex((entry) => entry.key === top);
  return entries[Math.max(0, at - SLACK)]?.key ?? null;
}

/** Returns the entries as they are now, each the same object as before where nothing changed. */
export function share(before: Stretch | undefined, after: Stretch): Stretch {
  if (!before) return after;
  const known = new Map(before.entries.map((entry) => [entry.key, entry]));
  const entries = after.entries.map((entry) => {
    const old = known.get(entry.key);
    return old === undefined || old === entry ? entry : replaceEqualDeep(old, entry);
  });
  const same =
    before.older === after.older &&
    before.entries.length === entries.length &&
    entries.every((entry, at) => entry === before.entries[at]);
  return same ? before : { entries, older: after.older };
}

/**
 * Returns the stream of a conversation, kept fresh, and the ways to what was before.
 *
 * A change reads again only down to what is looked at, as `noteTop` last said.
 */
export function useTimeline(conversation: string) {
  const queries = useQueryClient();
  const key = ["timeline_get", { conversation }];
  const top = useRef<string>(undefined);
  const query = useQuery({
    queryKey: key,
    queryFn: () => {
      const now = queries.getQueryData<Stretch>(["timeline_get", { conversation }]);
      return readStretch(conversation, backTo(now?.entries ?? [], top.current));
    },
    // Kept apart by key: an entry that did not change is not drawn again when others come before it.
    structuralSharing: (before, after) => share(before as Stretch | undefined, after as Stretch),
  });
  const noteTop = useCallback((entry: string | undefined) => {
    top.current = entry;
  }, []);
  const [loadingOlder, setLoadingOlder] = useState(false);
  const busy = useRef(false);
  // Reads a page of what was before; tells whether there was one.
  const loadOlder = useCallback(
    async (limit: number = FIRST) => {
      const now = queries.getQueryData<Stretch>(["timeline_get", { conversation }]);
      const first = now?.entries[0];
      if (busy.current) return true;
      if (!now?.older || !first) return false;
      busy.current = true;
      setLoadingOlder(true);
      try {
        const page = await call("timeline_get", {
          conversation,
          before: first.key,
          after: null,
          limit,
        });
        queries.setQueryData<Stretch>(["timeline_get", { conversation }], (before) =>
          before && before.entries[0]?.key === first.key
            ? { entries: [...page.entries, ...before.entries], older: page.older }
            : before,
        );
        return true;
      } catch (thrown) {
        sayFailure(thrown);
        return false;
      } finally {
        busy.current = false;
        setLoadingOlder(false);
      }
    },
    [conversation, queries],
  );
  return { query, loadOlder, loadingOlder, noteTop };
}

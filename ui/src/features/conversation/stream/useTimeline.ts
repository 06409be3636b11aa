import { useQuery, useQueryClient } from "@tanstack/react-query";
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

/** Returns the stream of a conversation, kept fresh, and the way to what was before. */
export function useTimeline(conversation: string) {
  const queries = useQueryClient();
  const key = ["timeline_get", { conversation }];
  const query = useQuery({
    queryKey: key,
    queryFn: () => {
      const now = queries.getQueryData<Stretch>(["timeline_get", { conversation }]);
      return readStretch(conversation, now?.entries[0]?.key ?? null);
    },
  });
  const [loadingOlder, setLoadingOlder] = useState(false);
  const busy = useRef(false);
  const loadOlder = useCallback(async () => {
    const now = queries.getQueryData<Stretch>(["timeline_get", { conversation }]);
    const first = now?.entries[0];
    if (!now?.older || !first || busy.current) return;
    busy.current = true;
    setLoadingOlder(true);
    try {
      const page = await call("timeline_get", {
        conversation,
        before: first.key,
        after: null,
        limit: FIRST,
      });
      queries.setQueryData<Stretch>(["timeline_get", { conversation }], (before) =>
        before && before.entries[0]?.key === first.key
          ? { entries: [...page.entries, ...before.entries], older: page.older }
          : before,
      );
    } catch (thrown) {
      sayFailure(thrown);
    } finally {
      busy.current = false;
      setLoadingOlder(false);
    }
  }, [conversation, queries]);
  return { query, loadOlder, loadingOlder };
}

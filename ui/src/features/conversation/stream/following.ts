import { useEffect, useRef } from "react";
import { call } from "../../../api/client";
import type { Entry, Session } from "../../../api/generated/wire";
import { t } from "../../../i18n";
import { announce } from "../../../state/announcer";
import { nameOf } from "./Message";

/** Returns how many messages came since the end was last in sight. */
export function useBelow(entries: readonly Entry[] | undefined, atEnd: boolean): number {
  const seen = useRef<string>(undefined);
  if (entries && (atEnd || seen.current === undefined)) seen.current = entries.at(-1)?.key;
  if (!entries || atEnd) return 0;
  const from = entries.findLastIndex((entry) => entry.key === seen.current);
  return entries.slice(from + 1).filter((entry) => entry.what.type === "message").length;
}

/** Lets who cannot see the stream hear of what comes; what one wrote oneself is known. */
export function useSayNew(
  entries: readonly Entry[] | undefined,
  session: Session | undefined,
): void {
  const last = useRef<string>(undefined);
  useEffect(() => {
    const newest = entries?.at(-1);
    if (!newest) return;
    const before = last.current;
    last.current = newest.key;
    if (before === undefined || before === newest.key || newest.what.type !== "message") return;
    if (newest.actor === `agent:${session?.agent.name}`) return;
    const name = nameOf(newest, newest.what, session);
    announce(t("stream.arrived", { name }));
  }, [entries, session]);
}

const READ_AFTER_MS = 900;

/** Marks as read what was in sight for a moment, in a window that is looked at. */
export function useMarkRead(conversation: string, unread: number, inSight: boolean): void {
  useEffect(() => {
    if (unread === 0 || !inSight) return;
    const timer = setTimeout(() => {
      if (document.visibilityState === "hidden") return;
      call("mark_read", { conversation }).catch(() => {
        // It stays unread, and is marked at the next look.
      });
    }, READ_AFTER_MS);
    return () => clearTimeout(timer);
  }, [conversation, unread, inSight]);
}

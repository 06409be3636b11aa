import { store } from "./store";

/** What a screen reader is told, politely or at once; the counter makes equal texts distinct. */
export interface Announcement {
  readonly text: string;
  readonly urgent: boolean;
  readonly turn: number;
}

/** The newest announcement. */
export const announcement = store<Announcement>({ text: "", urgent: false, turn: 0 });

/** Tells screen readers something that can only be seen otherwise. */
export function announce(text: string, urgent = false): void {
  announcement.set((before) => ({ text, urgent, turn: before.turn + 1 }));
}

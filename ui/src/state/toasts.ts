import { store } from "./store";

/** A short message about something that has just been done, with a way back where there is one. */
export interface Toast {
  readonly id: number;
  readonly tone: "done" | "notice" | "failed";
  readonly text: string;
  readonly hint?: string;
  /** What it says instead to the eye while it counts down to a moment. */
  readonly counting?: { readonly until: number; readonly text: (seconds: number) => string };
  readonly undo?: () => void;
  /** How long it stays; a failure stays until it is closed. */
  readonly forMs: number | undefined;
}

/** The messages on screen, oldest first. */
export const toasts = store<readonly Toast[]>([]);

let next = 1;
const MOST = 3;

/** Shows a message and returns its id. */
export function notify(
  text: string,
  options: Partial<Pick<Toast, "tone" | "hint" | "counting" | "undo" | "forMs">> = {},
): number {
  const tone = options.tone ?? "done";
  const toast: Toast = {
    id: next,
    tone,
    text,
    hint: options.hint,
    counting: options.counting,
    undo: options.undo,
    forMs: options.forMs ?? (tone === "failed" ? undefined : options.undo ? 10_000 : 5_000),
  };
  next += 1;
  toasts.set((before) => [...before, toast].slice(-MOST));
  return toast.id;
}

/** Takes a message off the screen. */
export function dismiss(id: number): void {
  toasts.set((before) => before.filter((toast) => toast.id !== id));
}

/** Undoes the newest act that can be undone; returns false when there is none. */
export function undoNewest(): boolean {
  const newest = [...toasts.get()].reverse().find((toast) => toast.undo);
  if (!newest) return false;
  dismiss(newest.id);
  newest.undo?.();
  return true;
}

import type { Holder, HolderKind } from "../design/components/Baton";
import type { Deadline } from "../design/components/ClockRing";
import { capital } from "../i18n/format";
import type { ClockView, ControlView } from "./generated/wire";

// From what the wire says to what the eye reads.

const KINDS: readonly HolderKind[] = ["bot", "queue", "agent", "nobody"];

/** Returns who holds the baton. */
export function holderOf(control: ControlView): Holder {
  return {
    kind: KINDS.find((kind) => kind === control.kind) ?? "nobody",
    // Queues and bots are named as in the rules; a name begins with a capital.
    name: capital(control.display || control.name),
    sinceMs: control.since,
    mine: control.mine,
  };
}

/** Returns a clock that still matters, as a deadline. */
export function deadlineOf(clock: ClockView | null): Deadline | undefined {
  if (!clock || clock.due_at === null) return undefined;
  if (!["running", "warned", "paused", "missed"].includes(clock.state)) return undefined;
  return {
    kind: clock.kind,
    startedMs: clock.started_at,
    dueMs: clock.due_at,
    paused: clock.state === "paused",
  };
}

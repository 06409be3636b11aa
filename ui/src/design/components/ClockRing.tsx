import { tt } from "../../i18n";
import { absolute, span, spanInWords } from "../../i18n/format";
import { present, useNow } from "../../state/clock";
import styles from "./ClockRing.module.css";

/** A promise with a time: what was promised, when it began, when it is due. */
export interface Deadline {
  readonly kind: string;
  readonly startedMs: number;
  readonly dueMs: number;
  readonly paused?: boolean;
}

/** How a promise stands. */
export type DeadlineState = "running" | "soon" | "broken" | "paused";

const HOUR = 3_600_000;
const R = 5.25;
const AROUND = 2 * Math.PI * R;

/** Returns how a promise stands at a moment: soon in its last fifth, broken once it is over. */
export function deadlineState(deadline: Deadline, now: number): DeadlineState {
  if (deadline.paused) return "paused";
  if (now >= deadline.dueMs) return "broken";
  const whole = Math.max(1, deadline.dueMs - deadline.startedMs);
  return (deadline.dueMs - now) / whole <= 0.2 ? "soon" : "running";
}

/** Returns the sentence that says how a promise stands, for screen readers. */
export function deadlineSentence(deadline: Deadline, now: number): string {
  const state = deadlineState(deadline, now);
  return tt(
    state === "broken" ? "clock.broken" : state === "paused" ? "clock.paused" : "clock.due",
    {
      what: tt(clockKey(deadline.kind)),
      span: spanInWords(deadline.dueMs - now),
    },
  );
}

function clockKey(kind: string) {
  if (kind === "first_reply") return "clock.first_reply" as const;
  if (kind === "next_reply") return "clock.next_reply" as const;
  if (kind === "resolve") return "clock.resolve" as const;
  return "clock.other" as const;
}

/** Shows a running promise as a thin ring that fills, with the time that is left. */
export function ClockRing({ deadline, text = true }: { deadline: Deadline; text?: boolean }) {
  const near = Math.abs(deadline.dueMs - present()) < HOUR;
  const now = useNow(near ? "second" : "half-minute");
  const state = deadlineState(deadline, now);
  const whole = Math.max(1, deadline.dueMs - deadline.startedMs);
  const part = Math.min(1, Math.max(0, (now - deadline.startedMs) / whole));
  const sentence = deadlineSentence(deadline, now);
  return (
    <span
      className={styles.clock}
      data-state={state}
      title={`${sentence} · ${absolute(deadline.dueMs)}`}
    >
      <svg
        viewBox="0 0 14 14"
        width="14"
        height="14"
        fill="none"
        strokeWidth="2"
        aria-hidden="true"
      >
        <circle className={styles.rail} cx="7" cy="7" r={R} />
        {state === "broken" ? (
          <>
            <circle className={styles.full} cx="7" cy="7" r={R} />
            <path
              className={styles.full}
              d="M7 4.500v3M7 9.300v.1"
              strokeLinecap="round"
              strokeWidth="1.500"
            />
          </>
        ) : state === "paused" ? (
          <path
            d="M5.800 5v4M8.200 5v4"
            stroke="currentColor"
            strokeWidth="1.400"
            strokeLinecap="round"
          />
        ) : (
          <circle
            className={styles.arc}
            cx="7"
            cy="7"
            r={R}
            strokeDasharray={`${part * AROUND} ${AROUND}`}
          />
        )}
      </svg>
      {text && (
        <span aria-hidden="true" dir="ltr">
          {state === "broken" ? `+${span(now - deadline.dueMs)}` : span(deadline.dueMs - now)}
        </span>
      )}
    </span>
  );
}

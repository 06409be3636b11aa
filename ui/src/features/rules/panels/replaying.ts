import { useEffect, useRef } from "react";
import { call } from "../../../api/client";
import { ApiFailure } from "../../../api/errors";
import type { BacktestJob, BacktestView } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { present } from "../../../state/clock";
import { keep, recall } from "../../../state/keep";
import { store, useStore } from "../../../state/store";
import { useTheBench } from "../bench";
import { desk } from "../desk";

// The back-test that runs or ran last. It belongs to a text, and goes on while one is elsewhere.

const DAY = 86_400_000;
const PAUSE_MS = 600;

/** How far back a back-test looks, in days; 0 for the whole history. */
export type Reach = 7 | 28 | 90 | 0;

interface Job {
  readonly job: string;
  readonly text: string;
  readonly reach: Reach;
}

const job = store<Job | undefined>(undefined);
const failure = store<ApiFailure | undefined>(undefined);

/** How far back it looks. */
export const reach = store<Reach>(recall<Reach>("rules.reach", 28));

/** Whether each change is tried out by itself. */
export const keepsUp = store<boolean>(recall("rules.keepsUp", true));

/** Forgets the back-test of this window. */
export function forgetReplay(): void {
  job.set(undefined);
  failure.set(undefined);
}

/** Chooses how far back it looks. */
export function setReach(to: Reach): void {
  reach.set(to);
  keep("rules.reach", to);
}

/** Chooses whether each change is tried out by itself. */
export function setKeepsUp(on: boolean): void {
  keepsUp.set(on);
  keep("rules.keepsUp", on);
}

/** Which of the known back-tests a page that was opened anew goes on with. */
export function newestOf(jobs: readonly BacktestJob[]): BacktestJob | undefined {
  // One with rules of its own to compare with was started elsewhere, for something else.
  const ours = jobs.filter((one) => !one.named && one.until === null);
  return ours.find((one) => one.state === "running") ?? ours.find((one) => one.state === "done");
}

function reachOf({ since, started_at }: BacktestJob): Reach {
  const days = since === null ? 0 : Math.round((started_at - since) / DAY);
  return days === 7 || days === 90 || days === 0 ? days : 28;
}

/** Starts a back-test of the text on the desk; one that is under way is stopped. */
export async function startReplay(): Promise<void> {
  const text = desk.get()?.text;
  if (text === undefined) return;
  const days = reach.get();
  const before = job.get();
  failure.set(undefined);
  try {
    const started = await call("backtest_start", {
      text,
      against: null,
      // The same all day, so that what was worked out for one text serves the next.
      since: days === 0 ? null : Math.floor((present() - days * DAY) / DAY) * DAY,
      until: null,
    });
    if (before && before.job !== started.job) {
      // It may have ended by itself meanwhile, which is just as well.
      call("backtest_cancel", { job: before.job }).catch(() => {});
    }
    job.set({ job: started.job, text, reach: days });
  } catch (thrown) {
    failure.set(ApiFailure.of(thrown));
  }
}

/** Stops the back-test that is under way. */
export function stopReplay(): void {
  const now = job.get();
  if (now)
    call("backtest_cancel", { job: now.job }).catch((thrown) => failure.set(ApiFailure.of(thrown)));
}

/** The back-test as the page shows it. */
export interface Replaying {
  readonly job: string | undefined;
  readonly view: BacktestView | undefined;
  /** Whether it is about the text as it stands. */
  readonly current: boolean;
  readonly failure: ApiFailure | undefined;
  /** That what runs or ran last could not be read, and how to read it again. */
  readonly unread: { readonly error: unknown; readonly again: () => unknown } | undefined;
}

/** Follows the back-test that runs or ran last, also one that an earlier page began. */
export function useReplay(): Replaying {
  const now = useStore(job);
  const failed = useStore(failure);
  const known = useRead("backtest_list", {}, { enabled: now === undefined });
  const found = now === undefined && known.data ? newestOf(known.data.jobs) : undefined;
  useEffect(() => {
    if (found && job.get() === undefined) {
      job.set({ job: found.job, text: found.text, reach: reachOf(found) });
    }
  }, [found]);
  const { desk: on } = useTheBench();
  const read = useRead(
    "backtest_get",
    { job: now?.job ?? "" },
    { enabled: now !== undefined, keep: true },
  );
  return {
    job: now?.job,
    view: now ? read.data : undefined,
    current: now !== undefined && now.text === on.text,
    failure: failed,
    unread: [known, read]
      .filter((one) => one.isError)
      .map((one) => ({ error: one.error, again: one.refetch }))[0],
  };
}

/** Tries each change out by itself, at the first pause after it can be read. */
export function useKeepUp(): void {
  const { dirty, fresh, errors, desk: on } = useTheBench();
  const wanted = useStore(keepsUp);
  const days = useStore(reach);
  const started = useRef<string>(undefined);
  const ready = wanted && dirty && fresh && errors === 0;
  useEffect(() => {
    const name = `${days} ${on.text}`;
    if (!ready || started.current === name) return;
    const timer = setTimeout(() => {
      started.current = name;
      void startReplay();
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [ready, on.text, days]);
}

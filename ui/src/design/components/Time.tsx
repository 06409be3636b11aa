import { absolute, ago, moment } from "../../i18n/format";
import { present, useNow } from "../../state/clock";

const HOUR = 3_600_000;

function usePacedNow(at: number): number {
  return useNow(Math.abs(present() - at) < HOUR ? "second" : "half-minute");
}

/** Shows how long ago something was, and the whole date when pointed at. */
export function Ago({ at, className }: { at: number; className?: string }) {
  const now = usePacedNow(at);
  return (
    <time className={className} dateTime={new Date(at).toISOString()} title={absolute(at)}>
      {ago(at, now)}
    </time>
  );
}

/** Shows a moment as briefly as it can be told: the time today, the day otherwise. */
export function Moment({ at, className }: { at: number; className?: string }) {
  const now = useNow("half-minute");
  return (
    <time className={className} dateTime={new Date(at).toISOString()} title={absolute(at)}>
      {moment(at, now)}
    </time>
  );
}

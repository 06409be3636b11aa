import { t } from "../i18n";
import { shortMoment } from "../i18n/format";

/** A time to come back at. */
export interface SnoozeChoice {
  readonly id: string;
  readonly name: string;
  readonly when: string;
  readonly until: number;
}

const HOUR = 3_600_000;
/** When a day of work begins, for what is put off to another day. */
const MORNING = 9;
/** After this hour nothing is put off to later today. */
const LATEST = 19;

/** Returns an hour of a day that is so many days after another. */
export function hourOf(day: number, plusDays: number, hour = MORNING): number {
  const date = new Date(day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + plusDays, hour).getTime();
}

/** Returns the times that a conversation is usually put off to, the soonest first, none twice. */
export function snoozeChoices(now: number): SnoozeChoice[] {
  const today = new Date(now);
  // The first full hour after two hours, so that it is a time one can remember.
  const later = hourOf(now, 0, today.getHours() + 3);
  const toMonday = (8 - today.getDay()) % 7 || 7;
  const choices = [
    { id: "hour", name: t("snooze.hour"), until: now + HOUR },
    { id: "later", name: t("snooze.later"), until: later },
    { id: "tomorrow", name: t("snooze.tomorrow"), until: hourOf(now, 1) },
    { id: "week", name: t("snooze.week"), until: hourOf(now, toMonday) },
  ];
  return (
    choices
      .filter((choice) => choice.id !== "later" || later <= hourOf(now, 0, LATEST))
      // On a Sunday the morning of tomorrow is that of next week.
      .filter((one, at, all) => all.findIndex((other) => other.until === one.until) === at)
      .map((choice) => ({ ...choice, when: shortMoment(choice.until, now) }))
  );
}

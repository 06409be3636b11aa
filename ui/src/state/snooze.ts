import { t } from "../i18n";
import { shortMoment } from "../i18n/format";

/** A time to come back at. */
export interface SnoozeChoice {
  readonly id: string;
  readonly name: string;
  readonly when: string;
  readonly until: number;
}

function at(day: Date, plusDays: number, hour: number): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + plusDays, hour).getTime();
}

/** Returns the times that a conversation is usually put off to. */
export function snoozeChoices(now: number): SnoozeChoice[] {
  const today = new Date(now);
  const toMonday = (8 - today.getDay()) % 7 || 7;
  const choices: { id: string; name: string; until: number }[] = [
    { id: "hour", name: t("snooze.hour"), until: now + 3_600_000 },
    { id: "evening", name: t("snooze.evening"), until: at(today, 0, 17) },
    { id: "tomorrow", name: t("snooze.tomorrow"), until: at(today, 1, 9) },
    { id: "week", name: t("snooze.week"), until: at(today, toMonday, 9) },
  ];
  return choices
    .filter((choice) => choice.until > now + 30 * 60_000)
    .map((choice) => ({ ...choice, when: shortMoment(choice.until) }));
}

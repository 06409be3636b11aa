import { currentLocale, t } from "./index";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const cache = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function dates(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d:${currentLocale()}:${name}`;
  let found = cache.get(key) as Intl.DateTimeFormat | undefined;
  if (!found) {
    found = new Intl.DateTimeFormat(currentLocale(), options);
    cache.set(key, found);
  }
  return found;
}

function units(unit: string): Intl.NumberFormat {
  const key = `u:${currentLocale()}:${unit}`;
  let found = cache.get(key) as Intl.NumberFormat | undefined;
  if (!found) {
    found = new Intl.NumberFormat(currentLocale(), {
      style: "unit",
      unit,
      // "3h", but "3 kB", as each is written.
      unitDisplay: unit.endsWith("byte") ? "short" : "narrow",
      maximumFractionDigits: 0,
    });
    cache.set(key, found);
  }
  return found;
}

/** Returns a length of time in its largest unit: "40s", "12m", "3h", "5d". */
export function span(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE) return units("second").format(Math.floor(size / 1000));
  if (size < HOUR) return units("minute").format(Math.floor(size / MINUTE));
  if (size < 2 * DAY) return units("hour").format(Math.floor(size / HOUR));
  return units("day").format(Math.floor(size / DAY));
}

/** Returns a length of time in words for a screen reader: "12 minutes". */
export function spanInWords(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE) return t("time.seconds", { n: Math.floor(size / 1000) });
  if (size < HOUR) return t("time.minutes", { n: Math.floor(size / MINUTE) });
  if (size < 2 * DAY) return t("time.hours", { n: Math.floor(size / HOUR) });
  return t("time.days", { n: Math.floor(size / DAY) });
}

/** Returns how long ago something was: "now" within a few seconds, else the span. */
export function ago(at: number, now: number): string {
  return now - at < 10_000 ? t("time.now") : span(now - at);
}

/** Returns the moment in as few characters as say it: the time today, the day otherwise. */
export function moment(at: number, now: number): string {
  const then = new Date(at);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return clockTime(at);
  if (Math.abs(now - at) < 6 * DAY) return dates("weekday", { weekday: "short" }).format(then);
  if (then.getFullYear() === today.getFullYear()) {
    return dates("day", { day: "numeric", month: "short" }).format(then);
  }
  return dates("date", { day: "numeric", month: "short", year: "2-digit" }).format(then);
}

/** Returns the time of day, hours and minutes. */
export function clockTime(at: number): string {
  return dates("time", { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** Returns the whole date and time, as shown when a relative time is pointed at. */
export function absolute(at: number): string {
  return dates("full", { dateStyle: "full", timeStyle: "short" }).format(new Date(at));
}

/** Returns a day as it heads a stretch of a timeline. */
export function dayLabel(at: number): string {
  return dates("heading", { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
}

/** Returns a count in at most four characters: 999, 1.2K, 38K. */
export function count(n: number): string {
  if (n < 1000) return String(n);
  const key = `c:${currentLocale()}`;
  let found = cache.get(key) as Intl.NumberFormat | undefined;
  if (!found) {
    found = new Intl.NumberFormat(currentLocale(), {
      notation: "compact",
      maximumFractionDigits: 1,
    });
    cache.set(key, found);
  }
  return found.format(n);
}

/** Returns a size of bytes in its nearest unit. */
export function bytes(n: number): string {
  if (n < 1000) return units("byte").format(n);
  if (n < 1_000_000) return units("kilobyte").format(n / 1000);
  return units("megabyte").format(n / 1_000_000);
}

/** Returns a moment to come: the time today, with the weekday within the week, else with the date. */
export function shortMoment(at: number, now: number): string {
  const then = new Date(at);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return clockTime(at);
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  // Later than that a weekday alone would say the wrong week.
  if (at > now && at - now < 6 * DAY) {
    return dates("to come", { weekday: "short", ...time }).format(then);
  }
  const day = { day: "numeric", month: "short" } as const;
  return then.getFullYear() === today.getFullYear()
    ? dates("far to come", { ...day, ...time }).format(then)
    : dates("year to come", { ...day, year: "numeric", ...time }).format(then);
}

/** Returns names as one list of the language: "a, b and c". */
export function listOf(names: readonly string[]): string {
  return new Intl.ListFormat(currentLocale(), { type: "conjunction" }).format(names);
}

/** Returns names as a choice of the language: "a, b or c". */
export function eitherOf(names: readonly string[]): string {
  return new Intl.ListFormat(currentLocale(), { type: "disjunction" }).format(names);
}

/** Returns a date and time in figures and short words: "20 Nov 2026, 10:24". */
export function dateAndTime(at: number): string {
  return dates("date and time", { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** Returns a day in short words: "20 Nov 2026". */
export function shortDate(at: number): string {
  return dates("short date", { dateStyle: "medium" }).format(new Date(at));
}

/** Begins a word with a capital, as the name of a queue or bot is shown. */
export function capital(name: string): string {
  return name.replace(/^\p{Ll}/u, (first) => first.toLocaleUpperCase());
}

/** Returns a share from 0 to 1 in percent. */
export function percent(share: number): string {
  return new Intl.NumberFormat(currentLocale(), { style: "percent" }).format(share);
}

/** Returns what a language is called, of its tag; the tag where that is not known. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(currentLocale(), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

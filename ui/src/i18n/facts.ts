import { t, tcode } from "./index";

// The names of facts and of what they can be, as the form of a rule and the why say them.

/** Returns what a fact is called among people. */
export function factName(name: string, fact?: { readonly origin: string }): string {
  const known = tcode("fact", name, "");
  if (known !== "") return known;
  const words = /^msg\.words\.(.+)$/.exec(name)?.[1];
  if (words) return t("fact.words", { name: words });
  const hours = /^(\w+)\.(open|waiting|silent|age|in_control)$/.exec(name);
  if (hours?.[1] && hours[2] && fact?.origin !== "built_in") {
    return t(`fact.hours.${hours[2] as "open" | "waiting" | "silent" | "age" | "in_control"}`, {
      name: hours[1],
    });
  }
  const moment = /^(.+)\.(since|until)$/.exec(name);
  if (moment?.[1] && moment[2]) {
    return t(`fact.moment.${moment[2] as "since" | "until"}`, { name: factName(moment[1]) });
  }
  return name.replace(/^attr\./, "").replaceAll("_", " ");
}

/** Returns a value of a fact in words. */
export function valueName(fact: string | undefined, value: string): string {
  return tcode(`value.${fact ?? ""}`, value, value.replaceAll("_", " "));
}

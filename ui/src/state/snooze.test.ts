import { describe, expect, it } from "vitest";
import { snoozeChoices } from "./snooze";

const named = (year: number, month: number, day: number, hour: number, minute = 0) =>
  snoozeChoices(new Date(year, month - 1, day, hour, minute).getTime()).map((one) => ({
    id: one.id,
    until: new Date(one.until),
  }));

describe("the times to come back at", () => {
  it("are four on the morning of a working day, each a time one can remember", () => {
    // A Wednesday.
    expect(named(2026, 11, 18, 10, 25)).toEqual([
      { id: "hour", until: new Date(2026, 10, 18, 11, 25) },
      { id: "later", until: new Date(2026, 10, 18, 13) },
      { id: "tomorrow", until: new Date(2026, 10, 19, 9) },
      { id: "week", until: new Date(2026, 10, 23, 9) },
    ]);
  });

  it("have no later today in the evening", () => {
    expect(named(2026, 11, 18, 17, 5).map((one) => one.id)).toEqual(["hour", "tomorrow", "week"]);
  });

  it("say the same morning once", () => {
    // A Sunday: tomorrow is next week.
    expect(named(2026, 11, 22, 20).map((one) => one.id)).toEqual(["hour", "tomorrow"]);
  });

  it("say the date where a weekday would be that of another week", () => {
    const [hour] = snoozeChoices(new Date(2026, 10, 18, 10).getTime());
    expect(hour?.when).toMatch(/^11:00/);
    const monday = snoozeChoices(new Date(2026, 10, 23, 10).getTime()).at(-1);
    expect(monday?.when).toMatch(/30/);
  });
});

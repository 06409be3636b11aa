import { describe, expect, it } from "vitest";
import { secondsLeft } from "./clock";

describe("what is left", () => {
  // The clock of the window stands at the second that has begun.
  const shown = (until: number, at: number) => secondsLeft(until, Math.floor(at / 1_000) * 1_000);

  it.each([
    [0, 10],
    [400, 10],
    [999, 10],
    [1_200, 9],
    [9_300, 1],
    [9_990, 1],
  ])("ten seconds, %d ms later, are %d", (later, left) => {
    for (const begun of [5_000, 5_001, 5_499]) {
      const now = begun + later;
      expect(Math.abs(shown(begun + 10_000, now) - left)).toBeLessThanOrEqual(1);
      expect(shown(begun + 10_000, now)).toBeLessThanOrEqual(10);
      expect(shown(begun + 10_000, now)).toBeGreaterThan(0);
    }
  });

  it("is nothing once the moment has come, and one until then", () => {
    expect(secondsLeft(5_000, 5_000)).toBe(0);
    expect(secondsLeft(5_000, 6_000)).toBe(0);
    expect(secondsLeft(5_400, 5_000)).toBe(1);
  });
});

import { describe, expect, it } from "vitest";
import type { AlertView, Settings } from "../api/generated/wire";
import { isQuiet, maySound } from "./AlertSound";

const at = (time: string) => new Date(`2026-11-20T${time}:00`);

describe("quiet hours", () => {
  it("go over midnight", () => {
    const night = { quiet_from: "20:00", quiet_to: "07:30" };
    expect(isQuiet(night, at("23:10"))).toBe(true);
    expect(isQuiet(night, at("07:29"))).toBe(true);
    expect(isQuiet(night, at("07:30"))).toBe(false);
    expect(isQuiet(night, at("12:00"))).toBe(false);
  });

  it("are none where an end is missing", () => {
    expect(isQuiet({ quiet_from: "20:00", quiet_to: "" }, at("23:00"))).toBe(false);
  });
});

describe("the sound of an alert", () => {
  const settings = { sound: true, focus: true, quiet_from: "", quiet_to: "" } as Settings;
  it("is held back by focus, unless it is urgent", () => {
    expect(maySound({ urgent: false } as AlertView, settings, at("12:00"))).toBe(false);
    expect(maySound({ urgent: true } as AlertView, settings, at("12:00"))).toBe(true);
    expect(
      maySound({ urgent: true } as AlertView, { ...settings, sound: false }, at("12:00")),
    ).toBe(false);
  });
});

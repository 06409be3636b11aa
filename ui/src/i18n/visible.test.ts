import { expect, it } from "vitest";
import { visible } from "./visible";

it("shows what would turn a name round", () => {
  expect(visible("invoice\u202Efdp.exe")).toBe("invoice‹202E›fdp.exe");
  expect(visible("bank\u200B.example")).toBe("bank‹200B›.example");
});

it("leaves names of every script as they are", () => {
  for (const name of ["Tomasz Wiśniewski", "نور الهاشمي", "鈴木 花", "می‌خواهم", "Zoë"]) {
    expect(visible(name)).toBe(name);
  }
});

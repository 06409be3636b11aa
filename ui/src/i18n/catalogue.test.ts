import { describe, expect, it } from "vitest";
import { fill } from "./catalogue";
import { en } from "./en";
import { setRehearsal, t, tcode } from "./index";

describe("a text of the catalogue", () => {
  it("fills its names", () => {
    expect(fill("{name} waits for {n}", { name: "Lena", n: 3 }, "en")).toBe("Lena waits for 3");
  });

  it("chooses the plural by its number and writes the number as the language does", () => {
    const text = { one: "{n} message", other: "{n} messages" };
    expect(fill(text, { n: 1 }, "en")).toBe("1 message");
    expect(fill(text, { n: 12_000 }, "en")).toBe("12,000 messages");
    expect(fill(text, { n: 12_000 }, "de")).toBe("12.000 messages");
  });

  it("leaves a name without a value to be seen, and never fails", () => {
    expect(fill("{who} left", {}, "en")).toBe("{who} left");
  });

  it("shows an unknown code from outside as it is", () => {
    expect(tcode("place", "queue")).toBe("Queue");
    expect(tcode("place", "attic")).toBe("attic");
  });

  it("stretches in the rehearsal of long words", () => {
    setRehearsal("long");
    try {
      expect(t("close").length).toBeGreaterThan("Close".length);
    } finally {
      setRehearsal("none");
    }
  });

  it("has no empty text, no text with blanks at its ends, and both forms of each plural", () => {
    for (const [key, text] of Object.entries(en)) {
      for (const form of typeof text === "string" ? [text] : Object.values(text)) {
        expect(form, key).toMatch(/^\S(.*\S)?$/s);
      }
    }
  });
});

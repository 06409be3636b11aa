import { describe, expect, it } from "vitest";
import { folded, placesOf } from "./folded";

describe("words are found as they are meant", () => {
  it.each([
    ["Müller", "muller"],
    ["ΆΘΗΝΑ", "αθηνα"],
    ["naïve CAFÉ", "naive cafe"],
  ])("%s is compared as %s", (text, plain) => expect(folded(text)).toBe(plain));

  it.each([
    [
      "cafe",
      "a Café, a cafe\u0301 and a cafe",
      [
        [2, 6],
        [10, 15],
        [22, 26],
      ],
    ],
    [
      "aa",
      "aaaa",
      [
        [0, 2],
        [2, 4],
      ],
    ],
    ["4", "👍🏽 order 4", [[11, 12]]],
    ["x", "nothing", []],
    ["", "nothing", []],
  ])("finds %s in %s", (word, text, places) => {
    expect(placesOf(word, text)).toEqual(places);
    for (const [begin, end] of placesOf(word, text)) {
      expect(folded(text.slice(begin, end))).toBe(word);
    }
  });
});

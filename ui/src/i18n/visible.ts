// Characters that are not seen but change what is: turns of the direction of writing, joiners out
// of place, blanks of no width, controls.
const UNSEEN =
  /[\p{Cc}\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** Shows a name from outside with its unseen characters as signs, so that it cannot pose as another. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (char) => {
    // Joiners shape words in several scripts and hide nothing between letters.
    if (char === "\u200C" || char === "\u200D") return char;
    return `\u2039${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}\u203A`;
  });
}

/** The same for a text of several lines, whose ends are seen well enough. */
export function visibleLines(text: string): string {
  return text.split(/\r?\n/u).map(visible).join("\n");
}

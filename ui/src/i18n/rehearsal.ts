// Two made-up languages that show, before any translator does, where a layout breaks: one whose
// words are as long as German compounds, and one that is written from right to left.

const STRETCH = "enschaftsverzeichnis";

const MIRRORED: Readonly<Record<string, string>> = {
  a: "ا",
  b: "ب",
  c: "ص",
  d: "د",
  e: "ي",
  f: "ف",
  g: "غ",
  h: "ه",
  i: "ي",
  j: "ج",
  k: "ك",
  l: "ل",
  m: "م",
  n: "ن",
  o: "و",
  p: "پ",
  q: "ق",
  r: "ر",
  s: "س",
  t: "ت",
  u: "و",
  v: "ڤ",
  w: "و",
  x: "خ",
  y: "ي",
  z: "ز",
};

/** Rewrites an English text in one of the made-up languages. */
export function rehearse(text: string, kind: "long" | "mirrored"): string {
  if (kind === "long") {
    return text.replace(/\p{L}{4,}/gu, (word) => word + STRETCH.slice(0, Math.ceil(word.length)));
  }
  return text.replace(/[a-z]/gi, (letter) => MIRRORED[letter.toLowerCase()] ?? letter);
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

// The colours are checked where they are written: every text on every ground it may stand on.

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

type Palette = Record<string, string>;

function block(selector: string): Palette {
  const at = css.indexOf(`${selector} {`);
  const body = css.slice(at, css.indexOf("}", at));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(oklch\([^)]*\))/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
}

function linear(color: string): [number, number, number] {
  const [l = 0, c = 0, h = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

function luminance(color: string): number {
  const [r, g, b] = linear(color).map((part) => Math.min(1, Math.max(0, part))) as [
    number,
    number,
    number,
  ];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const light = block('[data-theme="light"]');
const dark = block('[data-theme="dark"]');
const PALETTES: Record<string, Palette> = {
  light,
  dark,
  "high contrast, light": { ...light, ...block('[data-contrast="more"][data-theme="light"]') },
  "high contrast, dark": { ...dark, ...block('[data-contrast="more"][data-theme="dark"]') },
};

const GROUNDS = [
  "ground",
  "pane",
  "sheet",
  "raised",
  "accent-ground-quiet",
  "accent-ground",
  "paper",
];
const KINDS = ["bot", "queue", "agent", "nobody", "broken", "soon"];

describe.each(Object.entries(PALETTES))("the colours, %s", (_, colours) => {
  const of = (name: string) => colours[name] ?? "";

  it("carry text of 4.5 or better on every ground", () => {
    for (const ground of GROUNDS) {
      for (const text of ["ink", "ink-2", "ink-3", "accent-ink", "broken-ink", "soon-ink"]) {
        expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("carry the name of each holder and each warning on its own ground", () => {
    for (const kind of KINDS) {
      expect(contrast(of(`${kind}-ink`), of(`${kind}-ground`)), kind).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(of("on-accent"), of("accent")), "button").toBeGreaterThanOrEqual(4.5);
    expect(contrast(of("sheet"), of("agent")), "your own capsule").toBeGreaterThanOrEqual(4.5);
  });

  it("carry shapes, focus and the edges of fields of 3 or better", () => {
    for (const sign of [...KINDS.slice(0, 5), "accent", "field-line"]) {
      for (const ground of ["ground", "pane", "sheet"]) {
        expect(contrast(of(sign), of(ground)), `${sign} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
});

describe("the tokens", () => {
  it("hold every variable that a component uses", () => {
    const src = join(import.meta.dirname, "..");
    const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".css"),
    );
    const texts = files.map((name) => [name, readFileSync(join(src, name), "utf8")] as const);
    expect(texts.length).toBeGreaterThan(10);
    for (const [name, text] of texts) {
      const known = new Set([...(css + text).matchAll(/(--[\w-]+):/g)].map((hit) => hit[1]));
      // Set by the library on a popover.
      known.add("--trigger-width");
      for (const [, used] of text.matchAll(/var\((--[\w-]+)/g)) {
        expect(known.has(used), `${used} in ${name}`).toBe(true);
      }
    }
  });

  it("are the only place of colours", () => {
    const src = join(import.meta.dirname, "..");
    for (const name of readdirSync(src, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".module.css")) continue;
      const text = readFileSync(join(src, name), "utf8");
      expect(text, name).not.toMatch(/#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(/i);
    }
  });
});

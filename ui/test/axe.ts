import axe from "axe-core";
import { expect } from "vitest";

/** Fails with the names of the rules that a part of the page breaks. */
export async function expectAccessible(element: Element = document.body): Promise<void> {
  const { violations } = await axe.run(element, {
    // Colours need a layout; they are computed from the tokens in tokens.test.ts.
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(
    violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`),
  ).toEqual([]);
}

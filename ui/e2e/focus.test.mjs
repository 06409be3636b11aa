// Where the focus is after going somewhere, in a real browser over the real program.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openByWords, openPage, startBaton, startBrowser } from "./baton.mjs";

/** The letters of every place, and what its heading says. */
const PLACES = [
  ["m", /^My work/],
  ["q", /^Queue/],
  ["e", /^Escalated/],
  ["b", /^With bot/],
  ["w", /^Waiting/],
  ["s", /^Snoozed/],
  ["a", /^All/],
  ["v", /^Review/],
  ["l", /^Sample of the bot/],
  ["c", /^Channels/],
  ["o", /^Bots/],
  ["r", /^Rules/],
  ["h", /^Health/],
  ["k", /^Knowledge/],
  [",", /^Settings/],
];

describe("going somewhere", { timeout: 300_000 }, () => {
  let baton;
  let browser;
  before(async () => {
    [baton, browser] = await Promise.all([startBaton("demo"), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await baton?.stop();
  });

  const focused = (page) =>
    page.evaluate(() => {
      const at = document.activeElement;
      const main = document.getElementById("main");
      return { tag: at?.tagName, text: at?.textContent ?? "", within: main?.contains(at) === true };
    });
  const go = async (page, letter, heading) => {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  };

  for (const width of [1440, 320]) {
    it(`puts the focus on the heading of every place, ${width} wide`, async () => {
      const { page, complaints, close } = await openPage(browser, `${baton.address}&to=/v/all`, {
        width,
      });
      await page.locator("[role=option]").first().waitFor();
      for (const [letter, heading] of PLACES) {
        await go(page, letter, heading);
        await page
          .waitForFunction(() => document.getElementById("main")?.contains(document.activeElement))
          .catch(() => {});
        const at = await focused(page);
        assert.ok(at.within, `g ${letter}: the focus is on ${at.tag}`);
        // A draft or a case of the sample takes it for itself.
        if (at.tag !== "H2") assert.match(at.text, heading, `g ${letter}`);
        // The next key of whoever reads on leads into the page, and not to its beginning.
        await page.keyboard.press("Tab");
        const next = await focused(page);
        if (letter !== "l" && letter !== "v")
          assert.ok(next.within, `g ${letter}, Tab: ${next.tag}`);
      }
      assert.deepEqual(complaints, []);
      await close();
    });
  }

  it("takes the focus out of a page that goes, wherever it was, and to the list's own heading", async () => {
    const { page, close } = await openPage(browser, `${baton.address}&to=/v/all`);
    await page.locator("[role=option]").filter({ hasText: "Jonas" }).first().waitFor();
    await openByWords(page, "47790", "Jonas");
    await page.keyboard.press("h");
    await go(page, "k", /^Knowledge/);
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await page.getByRole("link", { name: /^Bots/ }).focus();
    await go(page, "o", /^Bots/);
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await go(page, "q", /^Queue/);
    await page.waitForFunction(() => document.activeElement?.textContent?.startsWith("Queue"));
    // The same place again is no reason to lose it.
    await go(page, "q", /^Queue/);
    await page.waitForFunction(() => document.activeElement?.textContent?.startsWith("Queue"));
    // By the palette as by the keys.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("Health");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Health" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Health");
    await close();
  });

  it("leaves a window that was just opened at its beginning", async () => {
    const { page, close } = await openPage(browser, `${baton.address}&to=/bots`);
    await page.getByRole("heading", { level: 1, name: "Bots" }).waitFor();
    await page.keyboard.press("Tab");
    assert.match((await focused(page)).text, /^Go to the content/);
    await close();
  });
});

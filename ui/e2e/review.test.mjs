// A draft of the bot waits for a person, who edits it, takes it back and sends it, by keys alone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { faults, nameless, openPage, startBaton, startBrowser } from "./baton.mjs";

describe("drafts that wait to be read", { timeout: 400_000 }, () => {
  let baton;
  let browser;
  before(async () => {
    [baton, browser] = await Promise.all([startBaton("demo"), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await baton?.stop();
  });

  it("is edited, taken back, and sent, and the difference stays to be seen", async () => {
    const { page, complaints, close } = await openPage(browser, `${baton.address}&to=/review`);
    // The bot promises money in the third quarter of the hour.
    const head = page.getByRole("heading", { level: 2, name: /to Noor Haddad/ });
    await head.waitFor({ timeout: 180_000 });
    await page.getByText("What a machine promises about money").waitFor();
    assert.deepEqual(await faults(page), []);
    assert.deepEqual(await nameless(page), []);

    // Each of its sentences says what it stands on, and the words of that are one key away.
    await page.getByText("a number that its source does not have").waitFor();
    await page.keyboard.press("Shift+S");
    await page.getByText(/a picture of it is enough/).waitFor();
    assert.deepEqual(await faults(page), []);
    assert.deepEqual(await nameless(page), []);

    // In a low window the form that rejects is in sight as a whole, and nothing stands over its act.
    const low = await openPage(browser, `${baton.address}&to=/review`, {
      width: 1100,
      height: 640,
    });
    await low.page.getByRole("heading", { level: 2, name: /to Noor Haddad/ }).waitFor();
    await low.page.keyboard.press("v");
    const reject = low.page.getByRole("button", { name: /^Reject/ }).last();
    await low.page.getByText("Why is it not sent?").waitFor();
    await low.page.waitForTimeout(200);
    const onTop = await reject.evaluate((button) => {
      const { left, top, width, height } = button.getBoundingClientRect();
      const there = document.elementFromPoint(left + width / 2, top + height - 2);
      return button === there || button.contains(there);
    });
    assert.ok(onTop, "the act of the form is in sight");
    await low.close();

    await page.keyboard.press("d");
    const field = page.getByRole("textbox", { name: "The draft in your words" });
    await field.waitFor();
    const draft = await field.inputValue();
    await page.keyboard.press("Control+a");
    await page.keyboard.type(draft.replace("14 €", "12 €"));
    // How that stands is seen while it is written.
    await page
      .getByRole("list", { name: "Sentences that no source supports" })
      .getByText(/12 €/)
      .waitFor();
    assert.deepEqual(await faults(page), []);
    await page.keyboard.press("Control+Enter");
    await page.getByText("Nothing to read").waitFor();
    await page.locator("ins").filter({ hasText: "12" }).waitFor();

    await page.keyboard.press("z");
    await head.waitFor();
    await page.keyboard.press("y");
    await page.getByText("Nothing to read").waitFor();
    await page.getByText("As written", { exact: true }).last().waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });
});

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

    await page.keyboard.press("d");
    const field = page.getByRole("textbox", { name: "The draft in your words" });
    await field.waitFor();
    const draft = await field.inputValue();
    await page.keyboard.press("Control+a");
    await page.keyboard.type(draft.replace("14 €", "12 €"));
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

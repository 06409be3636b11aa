// The interface in a real browser, over the real program, while the demo hour is played.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { faults, openByWords, openPage, startBaton, startBrowser } from "./baton.mjs";

const HOUR_MS = 150_000;

describe("the demo in a browser", { timeout: 300_000 }, () => {
  let baton;
  let browser;
  before(async () => {
    [baton, browser] = await Promise.all([startBaton("demo"), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await baton?.stop();
  });

  const hash = (page) => page.evaluate(() => location.hash);
  const row = (page) => page.locator("[role=option]");

  it("takes the key out of the address and keeps it for the window", async () => {
    const { page, complaints, close } = await openPage(browser, baton.address);
    await page.getByRole("navigation", { name: "Places" }).waitFor();
    assert.doesNotMatch(await hash(page), /token/);
    await page.reload();
    await page.getByRole("heading", { level: 1, name: /Queue/ }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("says so when it has no key", async () => {
    const { page, close } = await openPage(browser, baton.address.replace(/#.*/, ""));
    await page.getByText("This window has no key to the server.").first().waitFor();
    await close();
  });

  // A conversation of before the hour; nothing that is being played touches it.
  const openPast = (page) => openByWords(page, "squeaking brake", "Squeaking");
  // Only what can be undone is undone: the message that says so has to stand there.
  const said = (page, text) =>
    page.getByRole("region", { name: "Messages" }).getByText(text, { exact: true }).waitFor();
  const held = (page) => page.getByRole("img", { name: /^You hold the baton/ });

  it("prints why, with every decision and the hashes of the log", async () => {
    const { page, complaints, close } = await openPage(browser, baton.address);
    await openPast(page);
    await page.getByRole("tab", { name: "Why" }).click();
    // What is on the page when the browser is asked to print is what is printed.
    await page.emulateMedia({ media: "print" });
    const printed = page.evaluate(
      () =>
        new Promise((done) => {
          window.print = () => done(document.querySelector("[data-printed]").innerText);
        }),
    );
    await page.getByRole("button", { name: "Print", includeHidden: true }).evaluate((one) => {
      one.click();
    });
    const sheet = await printed;
    await page.emulateMedia({ media: null });
    assert.match(sheet, /Every decision about this conversation/);
    assert.match(sheet, /each follows from the one before/);
    assert.ok((sheet.match(/\b[0-9a-f]{64}\b/g) ?? []).length > 3, sheet);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("interrupts for an escalation, which one key opens and another takes", async () => {
    const { page, complaints, close } = await openPage(browser, baton.address);
    const bar = page.getByRole("region", { name: "Escalation" });
    await bar.waitFor({ timeout: HOUR_MS });
    await page.keyboard.press("Shift+O");
    await page.waitForFunction(() => location.hash.startsWith("#/c/"));
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await page.getByRole("heading", { level: 1, name: /Escalated/ }).waitFor();
    await bar.waitFor();
    await page.keyboard.press("Shift+T");
    await said(page, "Taken");
    await held(page).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("takes, gives back, takes again and resolves with the keyboard alone", async () => {
    const { page, complaints, close } = await openPage(browser, baton.address);
    await openPast(page);
    await page.keyboard.press("t");
    await said(page, "Taken");
    await held(page).waitFor();
    await page.keyboard.press("z");
    await held(page).waitFor({ state: "detached" });
    await page.keyboard.press("t");
    await said(page, "Taken");
    await held(page).waitFor();
    await page.keyboard.press("e");
    await said(page, "Resolved");
    await page.keyboard.press("z");
    await held(page).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("answers with the keyboard alone, and the words are kept until they are sent", async () => {
    const { page, complaints, close } = await openPage(browser, `${baton.address}&to=/v/all`);
    await openPast(page);
    await page.keyboard.press("t");
    await held(page).waitFor();
    await page.keyboard.press("r");
    await page.locator("textarea:focus").waitFor();
    // Kept at the first pause, and there again after the window was closed and opened.
    const kept = page.waitForResponse(
      (answer) =>
        answer.url().endsWith("/draft_put") &&
        (answer.request().postData() ?? "").includes("I am on it now."),
    );
    await page.keyboard.type("Thank you for waiting, I am on it now.");
    await kept;
    await page.reload();
    await held(page).waitFor();
    await page.keyboard.press("r");
    await page.waitForFunction(() =>
      [...document.querySelectorAll("textarea")].some((one) => one.value.includes("I am on it")),
    );
    await page.keyboard.press("Control+Enter");
    await page.getByText("Thank you for waiting, I am on it now.").first().waitFor();
    await page.waitForFunction(
      () => ![...document.querySelectorAll("textarea")].some((one) => one.value.includes("on it")),
    );
    assert.deepEqual(await faults(page), []);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("finds as one types", async () => {
    const { page, close } = await openPage(browser, baton.address);
    await row(page).first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("saddle");
    await page.getByRole("heading", { level: 1, name: /Found/ }).waitFor();
    await row(page).filter({ hasText: "saddle" }).first().waitFor();
    await close();
  });

  for (const place of ["/v/all", "/channels", "/channels/connect", "/health", "/settings"]) {
    it(`breaks no rule of accessibility on ${place}`, async () => {
      for (const width of [1440, 320]) {
        const { page, close } = await openPage(browser, `${baton.address}&to=${place}`, {
          width,
          height: 800,
        });
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(300);
        assert.deepEqual(await faults(page), []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(wide, false, `${place} is wider than ${width} px`);
        await close();
      }
    });
  }

  it("says quietly that the program is gone, and that nothing is lost", async () => {
    const { page, close } = await openPage(browser, baton.address);
    await page.getByRole("navigation", { name: "Places" }).waitFor();
    await baton.stop();
    await page.getByText(/Not connected/).waitFor();
    await close();
  });
});

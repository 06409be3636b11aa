// What somebody does in a day, with the keyboard alone, in a real browser over the real program.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  faults,
  nameless,
  openByWords,
  openPage,
  startBaton,
  startBrowser,
  tabTo,
} from "./baton.mjs";

describe("a day with the keyboard alone", { timeout: 400_000 }, () => {
  let baton;
  let browser;
  before(async () => {
    [baton, browser] = await Promise.all([startBaton("demo"), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await baton?.stop();
  });

  const open = (to, look) => openPage(browser, `${baton.address}&to=${to}`, look);
  // The bot hands this one over in the tenth second, and nothing happens to it after that.
  const openHandoff = async (page) => {
    await page.locator("[role=option]").filter({ hasText: "Jonas" }).first().waitFor();
    await openByWords(page, "47790", "Jonas");
  };

  it("reads the packet and marks it, asks why and takes the answer along", async () => {
    const { page, complaints, close } = await open("/v/queue");
    await openHandoff(page);
    await page.keyboard.press("h");
    const packet = page.getByRole("article", { name: "Packet" });
    await packet.getByText("What happened").waitFor();
    await page.keyboard.press("=");
    await packet.getByText("Marked as useful").waitFor();
    await page.keyboard.press("w");
    const why = page.getByRole("tabpanel");
    await why.locator("li[data-truth]").first().waitFor();
    await tabTo(page, /^Copy as text/);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("says whether a person was needed, and takes it back", async () => {
    const { page, complaints, close } = await open("/v/queue");
    await openHandoff(page);
    await page.keyboard.press("1");
    await page.getByText("You said that a person was needed", { exact: true }).waitFor();
    await page.keyboard.press("z");
    await page.getByText("You took back what was said of it").waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("draws fewer conversations, and answers the sample of what the bot closed alone", async () => {
    const { page, complaints, close } = await open("/settings");
    const figure = page.getByRole("textbox", { name: "Conversations in the daily sample" });
    await figure.waitFor();
    await tabTo(page, /^Conversations in the daily sample$/);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("3");
    await page.keyboard.press("Tab");
    await tabTo(page, /^Worth of a missed conversation$/);
    await page.keyboard.press("ArrowUp");
    await tabTo(page, /^Save$/);
    await page.keyboard.press("Enter");
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.reload();
    await figure.waitFor();
    assert.equal(await figure.inputValue(), "3");
    const worth = page.getByRole("textbox", { name: "Worth of a missed conversation" });
    assert.equal(await worth.inputValue(), "6");
    assert.deepEqual(await faults(page), []);

    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.getByRole("heading", { level: 1, name: "Sample of the bot" }).waitFor();
    // Of the day before, of which soon after midnight little lies within the hours of the demo.
    const drawn = page.getByText(/^0 of \d answered, of \d that the bot closed/);
    await drawn.waitFor();
    const [, count, closed] = /^0 of (\d) answered, of (\d)/
      .exec(await drawn.innerText())
      .map(Number);
    assert.equal(count, Math.min(3, closed));
    await page
      .getByRole("list", { name: "What was said" })
      .getByText("Pedal", { exact: true })
      .first()
      .waitFor();
    assert.deepEqual(await faults(page), []);
    for (let answered = 1; answered < count; answered++) {
      await page.keyboard.press(answered === 2 ? "4" : "2");
      await page.getByText(new RegExp(`^${answered} of ${count} answered`)).waitFor();
    }
    if (count > 2) await page.getByText(/^1 of 2 answered should have been a person/).waitFor();
    await page.keyboard.press("2");
    await page.getByText("All looked at").waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("takes back what was sent, words and all", async () => {
    const { page, close } = await open("/v/all");
    await openByWords(page, "squeaking brake", "Squeaking");
    await page.keyboard.press("t");
    await page.getByRole("img", { name: /^You hold the baton/ }).waitFor();
    await page.keyboard.press("r");
    await page.locator("textarea:focus").waitFor();
    await page.keyboard.type("Bring it in on Tuesday.");
    await page.keyboard.press("Control+Enter");
    await page
      .getByText(/Sends in/)
      .first()
      .waitFor();
    await page.keyboard.press("z");
    await page.waitForFunction(() =>
      [...document.querySelectorAll("textarea")].some((one) => one.value.includes("Tuesday")),
    );
    await close();
  });

  it("answers a chat without subject, copies and quote", async () => {
    const { page, close } = await open("/v/queue");
    await openHandoff(page);
    await page.keyboard.press("r");
    await page.locator("textarea:focus").waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Subject" }).count(), 0);
    assert.equal(await page.getByRole("radio", { name: "Forward" }).count(), 0);
    await close();
  });

  it("writes to somebody first, with a macro", async () => {
    const { page, close } = await open("/v/all");
    await page.locator("[role=option]").first().waitFor();
    await page.keyboard.press("c");
    await page.getByRole("textbox", { name: "Add a recipient to To" }).waitFor();
    await page.keyboard.type("nobody@customer.example,");
    await tabTo(page, /^Subject/);
    await page.keyboard.type("Your visit");
    await tabTo(page, /^Your words/);
    await page.keyboard.press("Control+;");
    await page.getByRole("combobox", { name: "Macros" }).waitFor();
    await page.keyboard.type("refund");
    await page.keyboard.press("Enter");
    await page.locator("textarea:focus").waitFor();
    await page.waitForFunction(() => document.activeElement?.value.includes("three working days"));
    await page.keyboard.press("Control+Enter");
    await page.getByRole("heading", { level: 2, name: "Your visit" }).waitFor();
    await close();
  });

  it("labels two at once and takes it back", async () => {
    const { page, close } = await open("/v/solved");
    await page.locator("[role=option]").first().waitFor();
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("l");
    await page.getByPlaceholder("Add a tag").waitFor();
    await page.keyboard.type("spring");
    await page.keyboard.press("Enter");
    await page.getByText("Tags of 2 conversations changed").waitFor();
    await page.keyboard.press("Escape");
    await page.getByPlaceholder("Add a tag").waitFor({ state: "detached" });
    await page.keyboard.press("z");
    await page.getByText("Tags of 2 conversations changed").waitFor({ state: "detached" });
    await close();
  });

  it("changes the look and the settings", async () => {
    const { page, close } = await open("/v/all");
    await page.locator("[role=option]").first().waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.waitForFunction(() => document.documentElement.dataset.density === "compact");
    await page.keyboard.press("g");
    await page.keyboard.press(",");
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    await tabTo(page, /^Change the key of: Take, now T$/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("9");
    await page.getByRole("button", { name: "Change the key of: Take, now 9" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.waitForFunction(() => document.documentElement.dataset.density === "comfortable");
    await close();
  });

  it("is told what a mailbox needs before it is saved", async () => {
    const { page, close } = await open("/channels");
    await page.getByRole("heading", { level: 1, name: "Channels" }).waitFor();
    await tabTo(page, /^Connect a mailbox/);
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "E-mail address" }).waitFor();
    await tabTo(page, /^E-mail address/);
    await page.keyboard.type("help@nowhere.invalid");
    await page.keyboard.press("Enter");
    await page
      .getByRole("textbox", { name: /IMAP server/ })
      .first()
      .waitFor();
    await close();
  });

  it("says that two contacts are one person, takes it back, and splits one off", async () => {
    const { page, complaints, close } = await open("/v/queue");
    await openHandoff(page);
    await page.keyboard.press("i");
    const panel = page.getByRole("tabpanel");
    await panel.getByText("Writes as").waitFor();
    const mia = panel.getByText("mia.torres@posteo.example", { exact: false });
    const join = async () => {
      await page.keyboard.press("Shift+I");
      await page.getByRole("combobox", { name: "Same person as…" }).waitFor();
      await page.keyboard.type("Mia");
      await page.getByRole("option", { name: /Mia Torres/ }).waitFor();
      await page.keyboard.press("Enter");
      await mia.waitFor();
    };
    await join();
    await page.keyboard.press("z");
    await mia.waitFor({ state: "detached" });
    await join();
    await tabTo(page, /^Split off mia\.torres/);
    await page.keyboard.press("Enter");
    await mia.waitFor({ state: "detached" });
    assert.deepEqual(await faults(page), []);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("names everything that a screen reader can reach", async () => {
    for (const [name, to, keys] of screens) {
      const { page, close } = await open(to);
      await page.getByRole("heading").first().waitFor();
      if (keys.length > 0 && to === "/v/queue") await openHandoff(page);
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForTimeout(400);
      assert.deepEqual(await nameless(page), [], name);
      await close();
    }
  });

  const looks = [{ scheme: "light" }, { scheme: "dark" }, { scheme: "light", contrast: "more" }];
  const screens = [
    ["the list", "/v/all", []],
    ["the packet", "/v/queue", ["h"]],
    ["the why", "/v/queue", ["w"]],
    ["the contact", "/v/queue", ["i"]],
    ["an answer", "/v/queue", ["r"]],
    ["a note", "/v/queue", ["n"]],
    ["a new conversation", "/new", []],
    ["the keys", "/v/all", ["?"]],
    ["the settings", "/settings", []],
    ["the sample of the bot", "/audit", []],
    ["the channels", "/channels", []],
    ["the account form", "/channels/connect", []],
    ["health", "/health", []],
  ];
  for (const [name, to, keys] of screens) {
    it(`breaks no rule of accessibility in ${name}, light, dark and in high contrast`, async () => {
      for (const look of looks) {
        const { page, close } = await open(to, look);
        await page.getByRole("heading").first().waitFor();
        if (keys.length > 0 && to === "/v/queue") await openHandoff(page);
        for (const key of keys) await page.keyboard.press(key);
        await page.waitForTimeout(400);
        assert.deepEqual(await faults(page), [], JSON.stringify(look));
        await close();
      }
    });
  }

  it("goes on by mail with a chat, to the address that the customer gave", async () => {
    // The last: it takes the conversation out of the queue.
    const { page, complaints, close } = await open("/v/queue");
    await openHandoff(page);
    await page.keyboard.press("Shift+M");
    const form = page.getByRole("dialog", { name: "Continue by e-mail" });
    await form.getByText(/The customer gave this address/).waitFor();
    await form.getByText(/was never verified/).waitFor();
    assert.deepEqual(await faults(page), []);
    await tabTo(page, /^Continue there$/);
    await page.keyboard.press("Enter");
    await page.getByText(/by e-mail to jonas@weber-familie\.example/).waitFor();
    await page.locator("textarea:focus").waitFor();
    const subject = page.getByRole("textbox", { name: "Subject" });
    await subject.waitFor();
    assert.match(await subject.inputValue(), /^Re: Hallo, mein Paket/);
    await page.keyboard.type("Wir schauen nach.");
    await page.keyboard.press("Control+Enter");
    await page
      .getByText(/Sends in/)
      .first()
      .waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("puts in what may answer, and the letter remembers where it is from", async () => {
    const { page, complaints, close } = await open("/v/all");
    await openByWords(page, "squeaking brake", "Squeaking");
    await page.keyboard.press("q");
    const field = page.getByRole("combobox", { name: "What may answer" });
    await field.waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
    await page.keyboard.type("three working days");
    const dialog = page.getByRole("dialog");
    await dialog.locator("mark", { hasText: "working" }).first().waitFor();
    assert.deepEqual(await faults(page), []);
    await page.keyboard.press("Enter");
    await page.locator("textarea:focus").waitFor();
    await page.waitForFunction(() => document.activeElement?.value.includes("three working days"));
    await page.getByRole("list", { name: "Taken from" }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });
});

// A lead changes a rule, sees what that breaks, saves it with a reason and takes it back: in a real
// browser, over the real program, with the keyboard alone.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { faults, openPage, startBaton, startBrowser, tabTo } from "./baton.mjs";

const RULES = `# The rules of a small shop.
baton   = 1
policy  = "small-shop"
zone    = "Europe/Berlin"
default = { control = "bot", review = "none", priority = "normal" }

[define]
with_bot = 'conv.control == "bot"'

[[rule]]
id     = "bot-stuck"
why    = "A bot that does not get on makes the customer angrier with every turn."
on     = ["bot.message", "bot.failure"]
when   = 'with_bot && bot.failures >= 2'
do     = { control = "queue", tag = ["bot-stuck"] }   # to people
reason = "the bot is stuck"

[[rule]]
id     = "waiting-too-long"
on     = ["time"]
when   = 'conv.control == "queue" && conv.waiting > duration("15m")'
do     = { priority = "+1" }
reason = "the customer has waited for a quarter of an hour"
once   = "per-episode"

[[test]]
name  = "the second failure is the bot's last"
given = { "bot.failures" = 2 }
event = "bot.failure"
want  = { control = "queue", by = "bot-stuck" }
`;

describe("the rules page in a browser", { timeout: 300_000 }, () => {
  let baton;
  let browser;
  let file;
  before(async () => {
    const write = (workspace) => {
      file = join(workspace, "handoff.baton.toml");
      writeFileSync(file, RULES);
    };
    [baton, browser] = await Promise.all([startBaton("serve", write), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await baton?.stop();
  });

  const heading = (page, name) => page.getByRole("heading", { level: 2, name });
  const limit = (page) => page.getByRole("textbox", { name: "Limit" }).first();

  async function save(page) {
    await tabTo(page, /^Save$/);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Saved" }).waitFor();
  }

  it("changes a limit, sees what breaks, saves with a reason and takes it back", async () => {
    const { page, complaints, close } = await openPage(browser, baton.address);
    await page.getByRole("navigation", { name: "Places" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await heading(page, "the bot is stuck").waitFor();
    await page.getByRole("button", { name: "1 test passes" }).waitFor();

    await tabTo(page, /^Limit$/);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "1 test fails" }).waitFor();
    await tabTo(page, /^Text$/);
    await page.keyboard.press("ArrowRight");
    await page.getByText("Hand over to: wanted queue, came to bot").waitFor();

    // What is not saved is there again after the window was closed and opened.
    await page.reload();
    await heading(page, "the bot is stuck").waitFor();
    assert.equal(await limit(page).inputValue(), "3");
    await page.getByRole("button", { name: "1 test fails" }).waitFor();

    await page.keyboard.press("Control+s");
    await page.getByRole("dialog", { name: "Save the rules" }).waitFor();
    await page.keyboard.type("Fewer handoffs at night");
    await tabTo(page, /^Try beside the live one/);
    await page.keyboard.press("ArrowDown");
    await tabTo(page, /^Why it may be saved all the same$/);
    await page.keyboard.type("The test follows tomorrow");
    await save(page);
    assert.equal(
      readFileSync(file, "utf8"),
      RULES.replace("bot.failures >= 2", "bot.failures >= 3"),
      "nothing but the limit has changed",
    );

    await tabTo(page, /^Checks$/);
    for (const _ of ["Effect", "Status", "History"]) await page.keyboard.press("ArrowRight");
    await page.getByText("Fewer handoffs at night").waitFor();
    await page.getByText("The test follows tomorrow").waitFor();
    await tabTo(page, /^Bring it back$/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "1 test passes" }).waitFor();
    assert.equal(await limit(page).inputValue(), "2");
    await page.keyboard.press("Control+s");
    await page.getByRole("dialog", { name: "Save the rules" }).waitFor();
    await save(page);
    assert.equal(readFileSync(file, "utf8"), RULES);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("writes a new rule with the keyboard alone, and puts it into the file", async () => {
    const { page, complaints, close } = await openPage(browser, `${baton.address}&to=/rules`);
    await heading(page, "the bot is stuck").waitFor();
    const before = readFileSync(file, "utf8");
    await tabTo(page, /^Add a rule$/);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash.includes("rule=new-rule"));
    await heading(page, "say here why this rule acts").waitFor();
    await tabTo(page, /^What is said when it acts$/);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("the customer writes at night");
    await page.keyboard.press("Tab");
    await heading(page, "the customer writes at night").waitFor();
    await page.keyboard.press("Control+s");
    await page.getByRole("dialog", { name: "Save the rules" }).waitFor();
    await page.keyboard.type("To see how often it happens");
    await save(page);
    const after = readFileSync(file, "utf8");
    assert.match(after, /id\s*=\s*"new-rule"/);
    assert.match(after, /reason\s*=\s*"the customer writes at night"/);
    assert.match(after, /status\s*=\s*"shadow"/, "a new rule is watched first");
    assert.ok(after.includes(RULES.slice(0, RULES.indexOf("[[test]]")).trimEnd()));
    // It is taken out again, as the tests after this one look at the file as it was.
    writeFileSync(file, before);
    await page.getByRole("button", { name: "1 test passes" }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("edits the text, and says where it is wrong", async () => {
    const { page, complaints, close } = await openPage(
      browser,
      `${baton.address}&to=${encodeURIComponent("/rules?rule=bot-stuck&show=text")}`,
    );
    const editor = page.getByRole("textbox", { name: "Rules as text" });
    await editor.waitFor();
    await editor.focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("going = wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /mistake/ }).waitFor();
    await page.getByText(/Line 1 of the text has a mistake/).waitFor();
    assert.match(await editor.innerText(), /^going = wrong/, "every letter has arrived");
    // The line and its end are two steps.
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await page.getByRole("button", { name: "1 test passes" }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  for (const [name, look] of [
    ["light", {}],
    ["dark", { scheme: "dark" }],
    ["high contrast", { contrast: "more" }],
  ]) {
    it(`breaks no rule of accessibility, ${name}`, async () => {
      for (const width of [1440, 320]) {
        for (const show of ["form", "text", "checks", "replay", "going", "history"]) {
          const to = encodeURIComponent(`/rules?rule=bot-stuck&show=${show}`);
          const { page, close } = await openPage(browser, `${baton.address}&to=${to}`, {
            ...look,
            width,
            height: 800,
          });
          await page.getByRole("heading", { level: 1, name: "Rules" }).waitFor();
          await page.getByRole("button", { name: "1 test passes" }).waitFor();
          await page.waitForTimeout(300);
          assert.deepEqual(await faults(page), [], `${show} at ${width} px`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          assert.equal(wide, false, `${show} is wider than ${width} px`);
          await close();
        }
      }
    });
  }
});

// A person lets a bot in, the bot answers a sample conversation over the door and hands it over,
// and a webhook is told what happened: in a real browser, over the real program.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { faults, openPage, startBaton, startBrowser } from "./baton.mjs";

/** Nobody unlocks a keyring here. */
function keepSecretsInAFile(workspace) {
  const file = join(workspace, "..", "passphrase");
  writeFileSync(file, "only for this test\n");
  return { BATON_SECRETS_PASSPHRASE_FILE: file };
}

describe("the bots page in a browser", { timeout: 300_000 }, () => {
  let baton;
  let browser;
  let page;
  let token;
  const heard = [];
  const receiver = createServer((request, answer) => {
    let body = "";
    request.on("data", (bytes) => {
      body += bytes;
    });
    request.on("end", () => {
      heard.push({ headers: request.headers, body });
      answer.writeHead(204).end();
    });
  });

  before(async () => {
    await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
    [baton, browser] = await Promise.all([startBaton("serve", keepSecretsInAFile), startBrowser()]);
    ({ page } = await openPage(browser, baton.address));
  });
  after(async () => {
    await browser?.close();
    await baton?.stop();
    receiver.close();
  });

  /** Asks at the door as the bot. */
  async function ask(token, path, body, method = body ? "POST" : "GET") {
    const door = `${new URL(baton.address).origin}/bots/v1`;
    const answer = await fetch(door + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  it("lets a bot in, tries it, and sees it hand over", async () => {
    // The keys are there as soon as the places are.
    await page.getByRole("link", { name: "Bots" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.getByRole("heading", { level: 1, name: "Bots" }).waitFor();
    await page.getByRole("button", { name: "Let a bot in" }).press("Enter");
    await page.keyboard.type("front");
    await page.keyboard.press("Enter");
    token = await page.getByText(/^btn_bot_[0-9a-f]{64}$/).textContent();
    await page.getByRole("button", { name: "I have it" }).press("Enter");
    assert.deepEqual(await faults(page), []);

    await page.getByRole("link", { name: "front" }).press("Enter");
    await page.getByRole("textbox", { name: "What the customer says" }).fill("Where is my parcel?");
    await page.keyboard.press("Enter");
    await page.getByText("front may speak now.").waitFor();

    const { body } = await ask(token, "/events?after=0&wait=20");
    const { conversation, control } = body.events.at(-1).conversation;
    const path = `/conversations/${conversation}`;
    const said = await ask(token, `${path}/messages`, {
      epoch: control.epoch,
      text: "Which order is it?",
    });
    assert.equal(said.status, 200, JSON.stringify(said.body));
    await page.getByRole("log").getByText("Which order is it?").waitFor();
    const passed = await ask(token, `${path}/pass`, {
      epoch: control.epoch,
      reason: { code: "customer_request" },
    });
    assert.equal(passed.status, 200, JSON.stringify(passed.body));
    await page.getByText(/Handed over: it waits in support/).waitFor();
    assert.deepEqual(await faults(page), []);
  });

  it("tells a webhook, signed, and shows that it did", async () => {
    const url = `http://127.0.0.1:${receiver.address().port}/hook`;
    await page.getByRole("textbox", { name: "Address" }).fill(url);
    await page.keyboard.press("Enter");
    const secret = await page.getByText(/^whsec_/).textContent();
    await page.getByRole("button", { name: "I have it" }).press("Enter");
    await page.getByRole("button", { name: "Begin anew" }).press("Enter");
    await page.getByRole("textbox", { name: "What the customer says" }).fill("Hello again");
    await page.keyboard.press("Enter");
    await page.getByRole("cell", { name: "Message" }).first().waitFor();
    await page
      .getByRole("cell", { name: /Taken · 204/ })
      .first()
      .waitFor();
    const { headers, body } = heard.find((one) => one.body.includes("Hello again"));
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const code = createHmac("sha256", key).update(signed).digest("base64");
    assert.equal(headers["webhook-signature"], `v1,${code}`);
    assert.deepEqual(await faults(page), []);
  });

  it("shows what the bot has as it goes on, and one key takes it", async () => {
    const list = page.getByRole("listbox", { name: "What it has now" });
    await list.getByRole("option", { name: /Hello again/ }).waitFor();
    const { body } = await ask(token, "/events?after=0");
    const { conversation, control } = body.events.at(-1).conversation;
    const say = (text) =>
      ask(token, `/conversations/${conversation}/messages`, { epoch: control.epoch, text });
    assert.equal((await say("What can I do?")).status, 200);
    await list.getByRole("option", { name: /What can I do\?/ }).waitFor();
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await faults(page), [], colorScheme);
    }
    await list.focus();
    await page.keyboard.press("j");
    assert.deepEqual(await faults(page), []);
    await page.keyboard.press("t");
    await page.getByText("It has no conversation.").waitFor();
    assert.equal((await say("One more thing")).status, 409);
  });
});

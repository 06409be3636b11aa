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

  const asked = [];
  const model = createServer((request, answer) => {
    let body = "";
    request.on("data", (bytes) => {
      body += bytes;
    });
    request.on("end", () => {
      asked.push({ headers: request.headers, body });
      const message = { role: "assistant", content: "We open at nine." };
      answer.writeHead(200, { "Content-Type": "application/json" });
      const choices = [{ message, finish_reason: "stop" }];
      answer.end(JSON.stringify({ choices, usage: { total_tokens: 40 } }));
    });
  });

  before(async () => {
    await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
    await new Promise((ready) => model.listen(0, "127.0.0.1", ready));
    [baton, browser] = await Promise.all([startBaton("serve", keepSecretsInAFile), startBrowser()]);
    ({ page } = await openPage(browser, baton.address));
  });
  after(async () => {
    await browser?.close();
    await baton?.stop();
    receiver.close();
    model.close();
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

  it("connects a model, which is asked only when it is switched on, and shows what was sent", async () => {
    await page.getByRole("button", { name: "Bots", exact: true }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Bots" }).waitFor();
    await page.getByRole("button", { name: "Connect a bot" }).press("Enter");
    await page.getByRole("textbox", { name: "Its name" }).fill("helper");
    const url = `http://127.0.0.1:${model.address().port}/v1`;
    await page.getByRole("textbox", { name: "Address" }).fill(`${url}?team=1`);
    await page.getByRole("textbox", { name: "Model" }).fill("small");
    await page.getByLabel("Key", { exact: true }).fill("sk-e2e");
    assert.deepEqual(await faults(page), []);
    await page.getByRole("button", { name: "Connect it" }).press("Enter");
    await page.getByText(/leave out what begins with a question mark/).waitFor();
    await page.getByRole("textbox", { name: "Address" }).fill(url);
    await page.getByRole("button", { name: "Connect it" }).press("Enter");
    await page.getByText(/^btn_bot_[0-9a-f]{64}$/).waitFor();
    await page.getByRole("button", { name: "I have it" }).press("Enter");

    await page.getByText("Off: nothing is sent").waitFor();
    await page.getByText("Nothing was sent yet.").waitFor();
    assert.equal(asked.length, 0);
    await page.getByRole("switch", { name: "Ask it" }).press("Space");
    await page.getByText("Is asked", { exact: true }).waitFor();
    const words = page.getByRole("textbox", { name: "What the customer says" });
    await words.fill("I am carla@example.org. When do you open?");
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText("We open at nine.").waitFor();
    assert.equal(asked[0].headers.authorization, "Bearer sk-e2e");
    assert.ok(!asked[0].body.includes("carla@example.org"));
    const sent = page.getByRole("region", { name: "What was sent" });
    await sent.getByText(/answered/).click();
    await sent.getByText(/I am \[redacted\]/).waitFor();

    // The key stays with its server.
    await page.getByRole("button", { name: "Change the connection" }).press("Enter");
    const address = page.getByRole("textbox", { name: "Address" });
    assert.equal(await address.inputValue(), url);
    await address.fill("https://models.example.org/v1");
    await page.getByRole("button", { name: "Connect it so" }).press("Enter");
    await page.getByText(/The key was given for/).waitFor();
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await faults(page), [], colorScheme);
    }
    await page.getByRole("button", { name: "Cancel" }).press("Enter");
    await page.getByText("Is asked", { exact: true }).waitFor();
    assert.deepEqual(await faults(page), []);
  });
});

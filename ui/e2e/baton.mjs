// Starts the real program on a workspace of its own, and a real browser in front of it.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const here = import.meta.dirname;
const target = process.env.CARGO_TARGET_DIR ?? resolve(here, "../../target");
const axe = readFileSync(resolve(here, "../node_modules/axe-core/axe.min.js"), "utf8");

function program() {
  const named = process.env.BATON_PROGRAM;
  const found = [named, join(target, "debug/baton"), join(target, "release/baton")].find(
    (path) => path && existsSync(path),
  );
  if (!found) throw new Error("There is no baton program: run `cargo build -p baton-cli` first.");
  return found;
}

/**
 * Starts `baton demo` or `baton serve` and returns its address, key included. What `prepare` puts
 * into the folder of the workspace is there before it starts, and what it returns is in its
 * environment.
 */
export async function startBaton(command, prepare = () => {}) {
  const home = mkdtempSync(join(tmpdir(), "baton-e2e-"));
  const workspace = join(home, "workspace");
  mkdirSync(workspace, { recursive: true });
  const more = prepare(workspace) ?? {};
  const child = spawn(
    program(),
    [command, "--workspace", workspace, "--ui", resolve(here, "../dist")],
    {
      stdio: ["ignore", "pipe", "pipe"],
      // Nothing of the user's own is read or written.
      env: { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, ...more },
    },
  );
  let said = "";
  child.stderr.on("data", (bytes) => {
    said += bytes;
  });
  const address = await new Promise((found, failed) => {
    let text = "";
    child.stdout.on("data", (bytes) => {
      text += bytes;
      const link = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(text)?.[0];
      if (link) found(link);
    });
    child.on("exit", (code) => failed(new Error(`baton ended with ${code}: ${text}${said}`)));
    setTimeout(() => failed(new Error(`baton said no address: ${text}${said}`)), 60_000).unref();
  });
  const ended = new Promise((done) => child.on("exit", done));
  return {
    address,
    stop: async () => {
      child.kill("SIGTERM");
      await Promise.race([ended, new Promise((done) => setTimeout(done, 5_000))]);
      child.kill("SIGKILL");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Starts a browser. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.BROWSER_PATH ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens a page, and gathers what its console complains of. */
export async function openPage(browser, address, look = {}) {
  const { width = 1440, height = 900, scheme = "light", contrast } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    contrast,
    locale: "en-GB",
    // What is measured stands still.
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  await page.goto(address);
  return { page, complaints, close: () => context.close() };
}

/** Moves the focus with the Tab key alone until it is on what has this name. */
export async function tabTo(page, name) {
  const here = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      const label = at?.labels?.[0]?.textContent;
      return at?.getAttribute("aria-label") ?? label ?? at?.textContent ?? "";
    });
  for (let step = 0; step < 80; step += 1) {
    if (name.test(await here())) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Nothing with the name ${name} has the focus after eighty steps.`);
}

/** Finds a conversation by its words and opens it, with the keyboard alone. */
export async function openByWords(page, words, seen) {
  await page.locator("[role=listbox]").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  const active = page.locator("[role=option]:has([data-active])").filter({ hasText: seen });
  await active.waitFor();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#/c/"));
  await page.locator("[data-key]").first().waitFor();
}

/** Returns the rules of accessibility that a page breaks, with real colours and a real layout. */
export async function faults(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      rules: { region: { enabled: false } },
    });
    return violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}`),
    );
  });
}

/** Returns what can be reached and has no name in the accessibility tree, as a screen reader gets it. */
export async function nameless(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const reached = new Set([
    "button",
    "checkbox",
    "combobox",
    "link",
    "listbox",
    "menuitem",
    "option",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
  ]);
  return nodes
    .filter((one) => !one.ignored && reached.has(one.role?.value))
    .filter((one) => !one.name?.value?.trim())
    .map((one) => `${one.role.value} ${JSON.stringify(one.properties ?? [])}`);
}

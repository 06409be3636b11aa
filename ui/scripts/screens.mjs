// Takes pictures of the interface from a made-up world, with the content security policy of the
// window in force: `npm run screens -- --out DIR [--only NAME] [--port N]`.
// Build first with `vite build --mode rehearsal --outDir DIR/site`; this script does it by itself.
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { build } from "vite";

const { values: asked } = parseArgs({
  options: {
    out: { type: "string", default: "screens" },
    only: { type: "string" },
    browser: { type: "string", default: "/usr/bin/chromium" },
    keep: { type: "boolean", default: false },
  },
});

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const out = resolve(asked.out);
const site = join(out, "site");
mkdirSync(out, { recursive: true });
if (!asked.keep || !existsSync(site)) {
  await build({ mode: "rehearsal", logLevel: "warn", build: { outDir: site, emptyOutDir: true } });
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'; frame-src 'self' blob: data:; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; object-src 'none'";
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
};

const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const file = join(site, path === "/" ? "index.html" : path);
  if (!file.startsWith(site) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "content-security-policy": POLICY,
  });
  createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${server.address().port}`;

const WIDTHS = [1440, 1100, 760, 320];
const OPEN = "/c/cnv_hero?in=queue";
const QUEUE = "/v/all";
const RICH = "/c/cnv_000001?in=all";
const WORDS =
  "Hello Lena,\n\nboth debits did go through; the bank retried the first one. One of them goes back today.";

/** Each picture: name, width, scheme, query of the rehearsal, address, and what to do first. */
const shots = [
  ...WIDTHS.flatMap((width) =>
    ["light", "dark"].map((scheme) => ({
      name: `inbox-${width}-${scheme}`,
      width,
      scheme,
      to: width > 320 ? OPEN : QUEUE,
    })),
  ),
  { name: "conversation-320", width: 320, to: OPEN },
  { name: "compact-1440", width: 1440, to: OPEN, keys: ["g", "d"] },
  { name: "wide-2560", width: 2560, to: OPEN },
  { name: "contrast-1100", width: 1100, to: OPEN, contrast: "more" },
  { name: "forced-1100", width: 1100, to: OPEN, forced: "active" },
  { name: "none-1440", width: 1440, query: "scene=none", to: "/v/queue" },
  { name: "clear-1100", width: 1100, query: "scene=one", to: "/v/mine" },
  { name: "one-1100", width: 1100, query: "scene=one", to: OPEN },
  { name: "many-1440", width: 1440, query: "scene=many", to: OPEN },
  { name: "long-1440", width: 1440, query: "words=long", to: OPEN },
  { name: "long-320", width: 320, query: "words=long", to: QUEUE },
  { name: "rtl-1440", width: 1440, query: "words=mirrored", to: OPEN },
  { name: "selection-1100", width: 1100, to: QUEUE, keys: ["j", "x", "j", "x", "j", "x"] },
  { name: "palette-1100", width: 1100, to: OPEN, keys: ["Control+k"], type: "bil" },
  { name: "keys-1440", width: 1440, to: OPEN, keys: ["?"] },
  { name: "search-1100", width: 1100, to: `${QUEUE}?q=invoice` },
  { name: "narrow-1100", width: 1100, to: QUEUE, keys: ["/"] },
  { name: "offline-1100", width: 1100, query: "link=lost", to: OPEN },
  { name: "undo-1100", width: 1100, to: OPEN, keys: ["t"] },
  { name: "channels-1100", width: 1100, to: "/channels" },
  { name: "connect-1100", width: 1100, to: "/channels/connect", connect: true },
  { name: "connect-320", width: 320, to: "/channels/connect", connect: true },
  ...WIDTHS.flatMap((width) =>
    ["light", "dark"].flatMap((scheme) => [
      { name: `bots-${width}-${scheme}`, width, scheme, to: "/bots" },
      { name: `review-${width}-${scheme}`, width, scheme, to: "/review" },
      { name: `review-edit-${width}-${scheme}`, width, scheme, to: "/review", keys: ["d"] },
      { name: `bots-connect-${width}-${scheme}`, width, scheme, to: "/bots", act: connectBot },
      { name: `bots-asked-${width}-${scheme}`, width, scheme, to: "/bots/assistant" },
    ]),
  ),
  { name: "health-1100", width: 1100, to: "/health" },
  { name: "settings-1100", width: 1100, to: "/settings" },
  { name: "settings-320-dark", width: 320, scheme: "dark", to: "/settings" },
  { name: "places-320", width: 320, to: QUEUE, places: true },
  ...WIDTHS.flatMap((width) =>
    ["light", "dark"].flatMap((scheme) => [
      { name: `talk-end-${width}-${scheme}`, width, scheme, to: RICH },
      { name: `talk-up-${width}-${scheme}`, width, scheme, to: RICH, scroll: -2100 },
    ]),
  ),
  { name: "talk-lines-1100", width: 1100, to: RICH, scroll: -2700, act: openLines },
  { name: "talk-html-1440", width: 1440, to: RICH, scroll: -3100, act: asSent },
  {
    name: "talk-html-dark-1100",
    width: 1100,
    scheme: "dark",
    to: RICH,
    scroll: -3100,
    act: asSent,
  },
  { name: "talk-reply-1440", width: 1440, to: RICH, keys: ["r"], type: WORDS },
  { name: "talk-reply-320", width: 320, to: RICH, keys: ["r"], type: WORDS },
  { name: "talk-held-1100", width: 1100, to: OPEN, keys: ["r"] },
  { name: "talk-note-1440", width: 1440, to: OPEN, keys: ["n"], type: WORDS },
  { name: "talk-note-dark-760", width: 760, scheme: "dark", to: OPEN, keys: ["n"], type: WORDS },
  {
    name: "talk-forward-1100",
    width: 1100,
    to: RICH,
    keys: ["f"],
    type: "bo@harbour.example, not an address,",
  },
  ...[1440, 1100, 760].flatMap((width) =>
    ["light", "dark"].flatMap((scheme) => [
      { name: `knowledge-${width}-${scheme}`, width, scheme, to: "/knowledge" },
      { name: `suggest-${width}-${scheme}`, width, scheme, to: RICH, keys: ["q"] },
      {
        name: `suggested-${width}-${scheme}`,
        width,
        scheme,
        to: RICH,
        keys: ["q", "ArrowDown", "Enter"],
      },
    ]),
  ),
  { name: "talk-pass-1100", width: 1100, to: RICH, keys: ["p"] },
  { name: "talk-snooze-1100", width: 1100, to: RICH, keys: ["s"] },
  { name: "talk-tags-760", width: 760, to: RICH, keys: ["l"] },
  { name: "talk-why-1440", width: 1440, to: OPEN, keys: ["w"] },
  { name: "talk-why-dark-1100", width: 1100, scheme: "dark", to: OPEN, keys: ["w"] },
  { name: "talk-packet-1440-dark", width: 1440, scheme: "dark", to: OPEN, keys: ["h"] },
  { name: "talk-packet-320", width: 320, to: OPEN, keys: ["h"] },
  { name: "talk-contact-1440", width: 1440, to: RICH, keys: ["i"] },
  { name: "talk-german-1100", width: 1100, to: "/c/cnv_000004?in=all" },
  { name: "talk-german-320", width: 320, to: "/c/cnv_000004?in=all" },
  { name: "talk-arabic-1100", width: 1100, to: "/c/cnv_000012?in=all" },
  { name: "talk-mirrored-1100", width: 1100, query: "words=mirrored", to: RICH },
  { name: "talk-long-760", width: 760, query: "words=long", to: RICH, keys: ["r"] },
  { name: "talk-missing-1100", width: 1100, to: "/c/cnv_gone?in=all" },
  { name: "talk-contrast-1100", width: 1100, to: RICH, contrast: "more", scroll: -1500 },
  { name: "talk-forced-1100", width: 1100, to: RICH, forced: "active", scroll: -1500 },
  { name: "talk-wide-3840", width: 3840, to: RICH, scroll: -1500 },
];

const browser = await chromium.launch({
  executablePath: asked.browser,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
  ],
});

const complaints = [];
for (const shot of shots) {
  if (asked.only && !shot.name.includes(asked.only)) continue;
  const context = await browser.newContext({
    viewport: {
      width: shot.width,
      height: shot.width === 320 ? 640 : shot.width > 3000 ? 2000 : 900,
    },
    colorScheme: shot.scheme ?? "light",
    contrast: shot.contrast,
    forcedColors: shot.forced,
    reducedMotion: "reduce",
    deviceScaleFactor: shot.width === 320 ? 2 : shot.width > 2000 ? 1 : 1.5,
    locale: "en-GB",
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(`${shot.name}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`${shot.name}: ${error.message}`));
  await page.goto(`${base}/?${shot.query ?? ""}#${shot.to}`);
  await page.waitForSelector("main");
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(250);
  for (const key of shot.keys ?? []) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
  if (shot.type) await page.keyboard.type(shot.type);
  if (shot.scroll) {
    await page.evaluate((by) => {
      const stream = document.querySelector("[data-stream]");
      if (stream) stream.scrollTop += by;
    }, shot.scroll);
    await page.waitForTimeout(200);
  }
  if (shot.act) await shot.act(page);
  if (shot.places) await page.getByRole("button", { name: "Show the places" }).first().click();
  if (shot.connect) await connectForm(page);
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(out, `${shot.name}.png`) });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  for (const fault of await faults(page)) complaints.push(`${shot.name}: ${fault}`);
  if (wide) complaints.push(`${shot.name}: the page is wider than the window`);
  for (const pair of await overlaps(page)) complaints.push(`${shot.name}: ${pair}`);
  await context.close();
}
await browser.close();
server.close();

if (complaints.length > 0) {
  console.error(complaints.join("\n"));
  process.exitCode = 1;
}

// The rules of axe, with real colours and a real layout.
async function faults(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      rules: { region: { enabled: false } },
    });
    return violations.flatMap((one) =>
      one.nodes
        .slice(0, 4)
        .map((node) => `${one.id}: ${node.target.join(" ")} ${node.failureSummary}`),
    );
  });
}

// Controls of a page that lie over one another, where neither holds the other.
async function overlaps(page) {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll("main form *, main section *")]
      .filter((one) => one.matches("button, input, textarea") && !one.closest("[aria-hidden=true]"))
      .map((one) => ({ one, box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 2 && box.height > 2);
    const within = (a, b) => a.contains(b) || b.contains(a);
    const name = ({ one }) => one.getAttribute("aria-label") ?? one.textContent ?? one.tagName;
    return all.flatMap((a, at) =>
      all
        .slice(at + 1)
        .filter(
          (b) =>
            !within(a.one, b.one) &&
            a.one.parentElement !== b.one.parentElement &&
            Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1 &&
            Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 1,
        )
        .map((b) => `"${name(a)}" lies over "${name(b)}"`),
    );
  });
}

async function openLines(page) {
  const lines = page.getByRole("button", { name: /because the bot could not go on/ });
  await lines.first().click();
}

async function connectBot(page) {
  await page.getByRole("button", { name: "Connect a bot" }).click();
}

async function asSent(page) {
  await page.getByRole("button", { name: "As sent" }).first().click();
}

async function connectForm(page) {
  await page.getByLabel("E-mail address").fill("help@harbour.example");
  await page.getByRole("button", { name: "Find its servers" }).click();
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Test the login" }).click();
}

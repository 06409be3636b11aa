// Measures a list of ten thousand and a stream of five thousand entries in a real browser: first
// paint, frames while scrolling, the tick of the clock, from a key to what it shows: `npm run pace`.
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";
import { build } from "vite";

const site = mkdtempSync(join(tmpdir(), "baton-pace-"));
await build({ mode: "rehearsal", logLevel: "warn", build: { outDir: site, emptyOutDir: true } });
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const file = join(site, path === "/" ? "index.html" : path);
  if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

const browser = await chromium.launch({
  executablePath: process.env.BROWSER_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const base = `http://127.0.0.1:${server.address().port}/?scene=many&clock=running`;
await page.goto(`${base}#/v/all`);
await page.waitForSelector("[role=option]");
const first = await page.evaluate(() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  rows: performance.now(),
}));

// All ten thousand are read before anything is measured.
await page.locator("[role=listbox]").focus();
let known = 0;
while (known < 9_000) {
  await page.keyboard.press("End");
  await page.waitForTimeout(40);
  const next = Number(await page.locator("[role=option]").first().getAttribute("aria-setsize"));
  if (next === known) break;
  known = next;
}

const report = await page.evaluate(async () => {
  const list = document.querySelector("[role=listbox]");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const rank = (values, part) => values.sort((a, b) => a - b)[Math.floor(values.length * part)];

  list.scrollTop = 0;
  await frame();
  const frames = [];
  let blank = 0;
  let before = await frame();
  for (let step = 0; step < 240; step += 1) {
    list.scrollTop += 180;
    const now = await frame();
    frames.push(now - before);
    before = now;
    const middle = list.getBoundingClientRect();
    const hit = document.elementFromPoint(middle.x + 120, middle.y + middle.height / 2);
    if (!hit?.closest("[role=option]")) blank += 1;
  }

  const long = [];
  const watch = new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) long.push(entry.duration);
  });
  watch.observe({ entryTypes: ["longtask"] });
  const ticks = [];
  const until = performance.now() + 4_200;
  let last = performance.now();
  while (performance.now() < until) {
    await new Promise((done) => setTimeout(done, 0));
    const now = performance.now();
    ticks.push(now - last);
    last = now;
  }
  watch.disconnect();
  return {
    scroll: {
      median: rank([...frames], 0.5),
      p95: rank([...frames], 0.95),
      worst: Math.max(...frames),
      blank,
    },
    tick: { worst: Math.max(...ticks), longTasks: long.length },
    rows: document.querySelectorAll("[role=option]").length,
  };
});

// From the press of a key to the frame that shows what it did.
const keyed = (key, target, turns) =>
  page.evaluate(
    async ([key, target, turns]) => {
      const taken = [];
      for (let turn = 0; turn < turns; turn += 1) {
        await new Promise((done) => setTimeout(done, 30));
        await new Promise((done) => {
          const at = target === "active" ? document.activeElement : document.querySelector(target);
          const start = performance.now();
          at.dispatchEvent(
            new KeyboardEvent("keydown", {
              key,
              code: `Key${key.toUpperCase()}`,
              bubbles: true,
              cancelable: true,
            }),
          );
          requestAnimationFrame(() => {
            // A task of its own comes after the frame was painted.
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => {
              taken.push(performance.now() - start);
              done();
            };
            port2.postMessage(0);
          });
        });
      }
      return taken.sort((a, b) => a - b);
    },
    [key, target, turns],
  );
await page.evaluate(() => {
  document.querySelector("[role=listbox]").scrollTop = 0;
});
const keys = [...(await keyed("j", "active", 40)), ...(await keyed("k", "active", 40))].sort(
  (a, b) => a - b,
);

// The stream of a conversation of years: all of it read from its end to its beginning.
const opened = await page.evaluate(async () => {
  const start = performance.now();
  location.hash = "#/c/cnv_000003?in=all";
  while (
    !document.querySelector("[data-stream] [data-key]") &&
    performance.now() < start + 20_000
  ) {
    await new Promise((done) => requestAnimationFrame(done));
  }
  return performance.now() - start;
});
await page.waitForTimeout(900);
const stream = await page.evaluate(async () => {
  const view = document.querySelector("[data-stream]");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const frames = [];
  let blank = 0;
  let most = 0;
  let before = await frame();
  const began = performance.now();
  while (!document.querySelector('[data-key="k00000"]') && performance.now() - began < 120_000) {
    view.scrollTop -= 300;
    const now = await frame();
    frames.push(now - before);
    before = now;
    const box = view.getBoundingClientRect();
    // Two points, since one may fall on the hair between two entries.
    const hits = [0, 4].map((down) =>
      document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2 + down),
    );
    if (!hits.some((hit) => hit?.closest("[data-key], h3, p, button"))) blank += 1;
    most = Math.max(most, view.querySelectorAll("[data-key]").length);
  }
  frames.sort((a, b) => a - b);
  const from = (part) => frames[Math.min(frames.length - 1, Math.floor(frames.length * part))];
  return {
    median: from(0.5),
    p95: from(0.95),
    worst: from(1),
    blank,
    most,
    whole: document.querySelector('[data-key="k00000"]') !== null,
    heap: (performance.memory?.usedJSHeapSize ?? 0) / 1_048_576,
  };
});
await page.locator("[data-stream] [data-key]").first().focus();
const steps = await keyed("j", "active", 60);
await page.keyboard.press("Control+f");
await page.locator("search input:focus").waitFor();
const finding = page.evaluate(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let start = performance.now();
  document.addEventListener("input", () => (start = performance.now()), { once: true });
  const until = start + 20_000;
  while (!document.querySelector("[data-found]") && performance.now() < until) await frame();
  return performance.now() - start;
});
await page.keyboard.insertText("delivery 24980");
const found = await finding;

const text = (ms) => `${ms.toFixed(1)} ms`;
console.log(`first paint            ${text(first.paint)}, the first rows by ${text(first.rows)}`);
console.log(`rows known             ${known}, in the page ${report.rows}`);
console.log(
  `scrolling, a frame     ${text(report.scroll.median)} median, ${text(report.scroll.p95)} p95, ${text(report.scroll.worst)} worst, ${report.scroll.blank} blank`,
);
console.log(
  `a second of the clock  ${text(report.tick.worst)} worst pause, ${report.tick.longTasks} long tasks`,
);
console.log(`j and k, key to paint  ${text(keys[40])} median, ${text(keys[76])} p95`);
console.log(`stream of 5,000 opens  ${text(opened)}`);
console.log(
  `read to its beginning  ${text(stream.median)} a frame, ${text(stream.p95)} p95, ${text(stream.worst)} worst, ${stream.blank} blank`,
);
console.log(
  `entries in the page    ${stream.most} at most; heap ${stream.heap.toFixed(0)} MB; all read: ${stream.whole}`,
);
console.log(`j there, key to paint  ${text(steps[30])} median, ${text(steps[57])} p95`);
console.log(`found at the other end ${text(found)}`);
await browser.close();
server.close();
rmSync(site, { recursive: true, force: true });
const slow = report.scroll.p95 > 32 || stream.p95 > 50 || keys[40] > 32;
const wrong = report.scroll.blank > 0 || stream.blank > 0 || stream.most > 200 || !stream.whole;
if (slow || wrong) process.exitCode = 1;

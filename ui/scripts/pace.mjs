// Measures the list of ten thousand in a real browser: frames while scrolling, the tick of the
// clock, a new row above, the answer to a key: `npm run pace`.
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
await page.goto(`http://127.0.0.1:${server.address().port}/?scene=many&clock=running#/v/all`);
await page.waitForSelector("[role=option]");

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

const keys = [];
await page.evaluate(() => {
  document.querySelector("[role=listbox]").scrollTop = 0;
});
for (let turn = 0; turn < 40; turn += 1) {
  keys.push(
    await page.evaluate(
      () =>
        new Promise((done) => {
          const start = performance.now();
          document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "j", code: "KeyJ", bubbles: true }),
          );
          requestAnimationFrame(() => done(performance.now() - start));
        }),
    ),
  );
}
keys.sort((a, b) => a - b);
const text = (ms) => `${ms.toFixed(1)} ms`;
console.log(`rows known             ${known}, in the page ${report.rows}`);
console.log(
  `scrolling, a frame     ${text(report.scroll.median)} median, ${text(report.scroll.p95)} p95, ${text(report.scroll.worst)} worst, ${report.scroll.blank} blank`,
);
console.log(
  `a second of the clock  ${text(report.tick.worst)} worst pause, ${report.tick.longTasks} long tasks`,
);
console.log(`j to the next row      ${text(keys[20])} median, ${text(keys[38])} p95`);
await browser.close();
server.close();
rmSync(site, { recursive: true, force: true });
if (report.scroll.p95 > 32 || report.scroll.blank > 0) process.exitCode = 1;

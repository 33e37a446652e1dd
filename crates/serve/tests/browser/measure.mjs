// Measures what docs/results/serve.md reports: LINOCUT=target/release/linocut CHROMIUM=chromium node measure.mjs
// (after `npm ci`). All times in milliseconds, medians of five.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";

import { about, browse, hand, picture, serve, state, tab, untilRunning } from "./served.mjs";

const RUNS = 5;
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const say = (what, values) =>
  console.log(`${what}: ${median(values).toFixed(0)} (${values.map((value) => value.toFixed(0)).join(", ")})`);
const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));
const peak = ({ pid }) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

// A photograph of 4 megapixels: one of the fixtures enlarged, with grain.
const photograph = async (page) => {
  const base64 = readFileSync(picture("coffee.png")).toString("base64");
  const bytes = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(2448, 1632);
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0, 2448, 1632);
    const pixels = context.getImageData(0, 0, 2448, 1632);
    for (let i = 0; i < pixels.data.length; i += 1) if (i % 4 < 3) pixels.data[i] += ((i * 7919) % 17) - 8;
    context.putImageData(pixels, 0, 0);
    return Array.from(new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 })).arrayBuffer()));
  }, base64);
  const path = join(tmpdir(), "linocut-photograph.jpg");
  writeFileSync(path, Buffer.from(bytes));
  console.log(`photograph: 2448 x 1632 px, ${bytes.length} bytes`);
  return path;
};

// Milliseconds from a drop to the first drawing and to the final one, by the page's own clock.
const dropped = async (page, path) => {
  await page.evaluate(() => {
    globalThis.times = { shown: null, done: null };
    let start;
    const look = () => {
      const drawing = document.querySelector("#trace-shown .drawing");
      if (times.shown === null && !drawing.hidden && drawing.src) times.shown = performance.now() - start;
      if (document.querySelector("#trace-shown .state").textContent === "Done.") times.done = performance.now() - start;
      if (times.done === null) requestAnimationFrame(look);
    };
    addEventListener("drop", () => ((start = performance.now()), requestAnimationFrame(look)), { once: true, capture: true });
  });
  await hand(page, "drop", path, "photograph.jpg", "image/jpeg");
  await state(page, "Done.");
  await page.waitForFunction(() => times.done !== null);
  return page.evaluate(() => times);
};

const set = async (page, values) => {
  for (const [name, value] of Object.entries(values)) {
    await page.fill(`#trace-${name}`, `${value}`);
    await page.locator(`#trace-${name}`).blur();
  }
};

const browser = await browse();
const warm = await browser.newPage();
const path = await photograph(warm);
const openings = [];
for (let run = 0; run < RUNS; run += 1) {
  const start = performance.now();
  const server = await serve();
  await warm.goto(server.url);
  await warm.waitForSelector("html[data-ready]");
  openings.push(performance.now() - start);
  server.end();
}
say("from the command to the page", openings);

const server = await serve();
const first = [];
const over = [];
for (let run = 0; run < RUNS; run += 1) {
  // Another file each time, so that the server has not decoded it before.
  writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from([run])]));
  const context = await browser.newContext({ viewport: { width: 1400, height: 950 } });
  const { page } = await tab(context, `${server.url}#trace?work=clock&seconds=2`);
  const times = await dropped(page, path);
  first.push(times.shown);
  over.push(times.done - 2000);
  await context.close();
}
say("from a drop to the first drawing", first);
say("from a drop to the final drawing of 2 s, less 2 s", over);

const context = await browser.newContext({ viewport: { width: 1400, height: 950 } });
const { page } = await tab(context, server.url);
await set(page, { sweeps: 5000 });
await hand(page, "drop", path, "photograph.jpg", "image/jpeg");
await page.waitForFunction(() => document.querySelector("#trace-shown progress").value > 0);
const drawn = [];
for (let run = 0; run < RUNS; run += 1) {
  const shown = await page.evaluate(async () => {
    const slider = document.querySelector("#trace-bytes-slider");
    const start = performance.now();
    slider.value = Number(slider.value) - 3;
    slider.dispatchEvent(new Event("input"));
    const wanted = `of ${Number(document.querySelector("#trace-bytes").value).toLocaleString("en")}`;
    const figure = document.querySelector("#trace-shown .figures dd");
    while (!figure.textContent.endsWith(wanted)) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  });
  drawn.push(shown);
  await sleep(500);
}
say("from a slider's move to the first drawing of the new settings", drawn);

const closings = [];
for (let run = 0; run < RUNS; run += 1) {
  const other = await tab(context, server.url);
  await set(other.page, { sweeps: 5000 });
  await hand(other.page, "drop", path, "photograph.jpg", "image/jpeg");
  await untilRunning(server.url, 2);
  await sleep(700);
  const closed = other.page.close();
  closings.push(await untilRunning(server.url, 1));
  await closed;
}
say("from closing a tab to the end of its work", closings);
const before = peak(server.child);
const tabs = [];
for (let place = 0; place < 9; place += 1) tabs.push((await tab(context, server.url)).page);
for (const [place, each] of tabs.entries()) {
  await set(each, { sweeps: 5000, seed: place });
  writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from([place])]));
  await hand(each, "drop", path, "photograph.jpg", "image/jpeg");
}
await untilRunning(server.url, 10);
const values = () => Promise.all([page, ...tabs].map((each) => each.evaluate(() => document.querySelector("#trace-shown progress").value)));
for (const each of tabs) await each.waitForFunction(() => document.querySelector("#trace-shown progress").value > 0, null, { timeout: 60000 });
const start = await values();
await sleep(10000);
const end = await values();
const gained = end.map((value, place) => (1000 * (value - start[place])).toFixed(2));
console.log(`ten tabs, thousandths of the work done in 10 s by each: ${gained.join(" ")}`);
console.log(`peak memory of the server: ${before.toFixed(0)} MiB with two pictures, ${peak(server.child).toFixed(0)} MiB with ten tabs`);
const closing = performance.now();
await context.close();
await untilRunning(server.url, 0);
console.log(`from closing all ten to the end of their work: ${(performance.now() - closing).toFixed(0)}`);
console.log(`jobs left: ${(await about(server.url)).running}`);
server.end();
await browser.close();

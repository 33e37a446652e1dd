// The page as a person uses it, in headless Chromium. Prints the times that docs/results/serve.md reports.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { looksLike } from "./goldens.mjs";
import { browse, hand, picture, run, saved, serve, state, tab, untilRunning } from "./served.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CAT = picture("cat.png");
const folder = mkdtempSync(join(tmpdir(), "linocut-page-"));
const WIDE = { width: 1400, height: 950 };
const NARROW = { width: 400, height: 850 };
// Sweeps of a tracing that only a stop or a closed tab ends, on any machine: minutes of work.
const ENDLESS = "5000";
let server;
let browser;

before(async () => {
  server = await serve();
  browser = await browse();
});
after(async () => {
  await browser?.close();
  server?.end();
  rmSync(folder, { recursive: true });
});

// A tab of a browser of its own; its console must be silent in the end.
const alone = (name, viewport, body, address = "") =>
  test(name, async () => {
    const context = await browser.newContext({ viewport, reducedMotion: "reduce", colorScheme: "light" });
    try {
      const { page, faults } = await tab(context, server.url + address);
      await body(page, context, faults);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  });

const figure = (page, place, panel = "#trace-shown") => page.locator(`${panel} .figures dd`).nth(place).textContent();
const number = (text) => Number(text.replace(/,/g, "").match(/-?[\d.]+/)[0]);
const traced = (name) => {
  const out = join(folder, "traced.svg");
  run("trace", CAT, "--out", out, ...name.split(" "));
  return readFileSync(out, "utf8");
};

alone("a dropped picture is traced before one's eyes, and saved as `linocut trace` writes it", WIDE, async (page) => {
  await page.fill("#trace-bytes", "5000");
  await page.fill("#trace-sweeps", "20");
  await page.locator("#trace-sweeps").blur();
  const start = Date.now();
  await hand(page, "drop", CAT, "my cat.png", "image/png");
  await page.waitForSelector("#trace-shown .drawing:not([hidden])");
  console.log(`first drawing after ${Date.now() - start} ms`);
  await state(page, "Done.");
  assert.ok(number(await figure(page, 0)) <= 5000);
  assert.ok(number(await figure(page, 1)) > 20, await figure(page, 1));
  const svg = await saved(page, () => page.click("#trace-shown >> text=Save SVG"));
  assert.equal(svg.name, "my cat-5000.svg");
  assert.equal(svg.bytes.toString(), traced("--bytes 5000 --sweeps 20"));
  const png = await saved(page, () => page.click("#trace-shown >> text=Save PNG"));
  assert.equal(png.name, "my cat-5000.png");
  assert.equal(png.bytes.readUInt32BE(16), 1024);
  assert.match(await page.textContent("#live"), /done, [\d,]+ bytes, PSNR/);
});

alone("a pasted picture is traced by its objective", WIDE, async (page) => {
  await page.fill("#trace-sweeps", "8");
  await page.locator("#trace-sweeps").blur();
  await page.click("text=Eyes");
  await hand(page, "paste", CAT, "image.png", "image/png");
  await state(page, "Done.");
  const svg = await saved(page, () => page.click("#trace-shown >> text=Save SVG"));
  assert.equal(svg.bytes.toString(), traced("--sweeps 8 --objective perceptual"));
});

alone("pictures of other kinds become readable ones", WIDE, async (page) => {
  const webp = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(90, 60);
    const context = canvas.getContext("2d");
    context.fillStyle = "teal";
    context.fillRect(0, 0, 50, 60);
    const bytes = await (await canvas.convertToBlob({ type: "image/webp" })).arrayBuffer();
    return Array.from(new Uint8Array(bytes));
  });
  writeFileSync(join(folder, "a.webp"), Buffer.from(webp));
  await hand(page, "drop", join(folder, "a.webp"), "a.webp", "image/webp");
  await state(page, "Done.");
});

alone("moving a slider starts over at once, and is undone", WIDE, async (page) => {
  await page.fill("#trace-sweeps", ENDLESS);
  await page.locator("#trace-sweeps").blur();
  await hand(page, "drop", CAT, "cat.png", "image/png");
  await page.waitForSelector("#trace-shown .drawing:not([hidden])");
  const slider = page.locator("#trace-bytes-slider");
  await slider.focus();
  // The page tells when a first preview of the new settings is there: the limit is part of the figure.
  const begun = Date.now();
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector("#trace-shown .figures dd").textContent.endsWith("of 500"));
  console.log(`first drawing after a slider was moved: ${Date.now() - begun} ms`);
  assert.match(page.url(), /bytes=500/);
  for (let i = 0; i < 12; i += 1) await page.keyboard.press("ArrowRight");
  // Jobs of the old settings have ended.
  await untilRunning(server.url, 1);
  await page.locator("#trace-shown .stage").focus();
  for (let i = 0; i < 13; i += 1) await page.keyboard.press("Control+z");
  assert.equal(await page.inputValue("#trace-bytes"), "10000");
  await page.keyboard.press("Control+Shift+z");
  assert.equal(await page.inputValue("#trace-bytes"), "500");
  await page.click("#trace-settings >> text=Reset");
  assert.equal(await page.inputValue("#trace-sweeps"), "60");
  await page.click("#trace-settings >> text=Undo");
  assert.equal(await page.inputValue("#trace-sweeps"), ENDLESS);
});

alone("the divider swipes between the drawing and the picture, or VTracer's", WIDE, async (page) => {
  await page.fill("#trace-sweeps", "8");
  await page.locator("#trace-sweeps").blur();
  await hand(page, "drop", CAT, "cat.png", "image/png");
  await state(page, "Done.");
  const clip = () => page.evaluate(() => document.querySelector("#trace-shown .other").style.clipPath);
  const cut = async () => number((await clip()).split(" ")[1]);
  await page.locator("#trace-shown .segments >> text=Picture").click();
  await page.waitForSelector("#trace-shown .divider:not([hidden])");
  const middle = await cut();
  const stage = await page.locator("#trace-shown .stage").boundingBox();
  await page.mouse.move(stage.x + stage.width / 2, stage.y + 50);
  await page.mouse.down();
  await page.mouse.move(stage.x + stage.width / 2 + 80, stage.y + 60, { steps: 4 });
  await page.mouse.up();
  assert.ok(Math.abs(middle - (await cut()) - 80) < 3, `${middle} and ${await cut()}`);
  await page.locator("#trace-shown .swipe input").focus();
  await page.keyboard.press("Home");
  const width = await page.evaluate(() => document.querySelector("#trace-shown .sheet").offsetWidth);
  assert.equal(Math.round(await cut()), width);
  await page.locator("#trace-shown .segments >> text=VTracer").click();
  await page.waitForFunction(() => /^VTracer: [\d,]+ bytes, PSNR/.test(document.querySelector("#trace-shown .tag.left").textContent));
  await page.locator("#trace-shown .segments >> text=Alone").click();
  await page.waitForSelector("#trace-shown .divider[hidden]", { state: "attached" });
});

alone("zoom goes to 800 % by keys, wheel and buttons", WIDE, async (page) => {
  await page.fill("#trace-sweeps", "2");
  await page.locator("#trace-sweeps").blur();
  await hand(page, "drop", CAT, "cat.png", "image/png");
  await state(page, "Done.");
  const level = () => page.textContent("#trace-shown .level");
  await page.locator("#trace-shown .stage").focus();
  for (let i = 0; i < 5; i += 1) await page.keyboard.press("+");
  assert.equal(await level(), "800 %");
  const size = () => page.evaluate(() => document.querySelector("#trace-shown .sheet").offsetHeight / document.querySelector("#trace-shown .stage").clientHeight);
  assert.ok((await size()) > 7.5, `${await size()}`);
  await page.keyboard.press("0");
  assert.equal(await level(), "100 %");
  await page.locator("#trace-shown .stage").hover();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  await page.waitForFunction(() => document.querySelector("#trace-shown .level").textContent === "125 %");
  await page.click("#trace-shown >> text=Fit");
  assert.equal(await level(), "100 %");
});

alone("work that is stopped leaves the best so far; a closed tab ends its work", WIDE, async (page, context) => {
  await page.fill("#trace-sweeps", ENDLESS);
  await page.locator("#trace-sweeps").blur();
  await hand(page, "drop", CAT, "cat.png", "image/png");
  await page.waitForFunction(() => document.querySelector("#trace-shown progress").value > 0);
  await page.click("#trace-shown >> text=Stop");
  await state(page, "Stopped early");
  await untilRunning(server.url, 0);
  await page.click("#trace-settings >> text=Another");
  await untilRunning(server.url, 1);
  // Another tab keeps the worker that both share.
  const other = await tab(context, server.url);
  await page.close();
  const took = await untilRunning(server.url, 0);
  console.log(`a closed tab's work ended after ${took.toFixed(0)} ms`);
  assert.ok(took < 5000);
  assert.deepEqual(other.faults, []);
});

alone("a link and a reload give the same drawing", WIDE, async (page, context) => {
  await page.fill("#trace-bytes", "3000");
  await page.fill("#trace-sweeps", "9");
  await page.locator("#trace-sweeps").blur();
  await page.click("text=Another");
  await hand(page, "drop", CAT, "cat.png", "image/png");
  await state(page, "Done.");
  const save = (page) => saved(page, () => page.click("#trace-shown >> text=Save SVG"));
  const first = await save(page);
  await page.reload();
  await state(page, "Done.");
  assert.ok((await save(page)).bytes.equals(first.bytes));
  const other = await tab(context, page.url());
  await state(other.page, "Done.");
  assert.ok((await save(other.page)).bytes.equals(first.bytes));
  assert.equal(await other.page.inputValue("#trace-seed"), "1");
  assert.equal(first.bytes.toString(), traced("--bytes 3000 --sweeps 9 --seed 1"));
});

test("a server that was restarted is found again, and gets the picture again", async () => {
  const first = await serve();
  const context = await browser.newContext({ viewport: WIDE });
  let second;
  try {
    const { page } = await tab(context, first.url);
    await page.fill("#trace-sweeps", ENDLESS);
    await page.locator("#trace-sweeps").blur();
    await hand(page, "drop", CAT, "cat.png", "image/png");
    await page.waitForSelector("#trace-shown .drawing:not([hidden])");
    const ended = new Promise((resolve) => first.child.once("exit", resolve));
    first.end();
    assert.equal(await ended, 0);
    await page.waitForFunction(() => document.querySelector("#trouble").textContent.includes("connection"));
    second = await serve(new URL(first.url).port);
    await untilRunning(second.url, 1);
    await page.waitForSelector("#trouble", { state: "hidden" });
    await page.click("#trace-shown >> text=Stop");
    await state(page, "Stopped early");
  } finally {
    await context.close();
    second?.end();
  }
});

alone("ten tabs of one browser all progress", { width: 700, height: 500 }, async (page, context) => {
  // Ten tabs that paint on a busy machine may answer late.
  context.setDefaultTimeout(120000);
  const tabs = [page];
  for (let i = 1; i < 10; i += 1) tabs.push((await tab(context, server.url)).page);
  for (const [place, each] of tabs.entries()) {
    await each.fill("#trace-sweeps", ENDLESS);
    await each.fill("#trace-seed", `${place}`);
    await each.locator("#trace-seed").blur();
  }
  for (const each of tabs) await hand(each, "drop", CAT, "cat.png", "image/png");
  const done = () => Promise.all(tabs.map((each) => each.locator("#trace-shown progress").evaluate((bar) => bar.value)));
  const start = Date.now();
  while ((await done()).some((value) => !(value > 0))) {
    if (Date.now() - start > 150000) assert.fail(`a tab stands still: ${await done()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  console.log(`ten tabs: ${(await done()).map((value) => value.toFixed(4)).join(" ")}`);
  for (const each of tabs.slice(1)) await each.close();
  // The first may have come to the longest time of a job by now.
  console.log(`nine closed tabs' work ended after ${(await untilRunning(server.url, 1, 0)).toFixed(0)} ms`);
});

alone("a description is drawn, and the second-best candidate saved", WIDE, async (page) => {
  await page.click("#tab-draw");
  await page.fill("#draw-candidates", "2");
  await page.locator("#draw-candidates").blur();
  await page.fill("#description", "a red boat on the sea");
  await page.click("#draw-go");
  await page.waitForSelector("#cards .card");
  await page.waitForFunction(() => document.querySelector("#draw-state").textContent.includes("best first"), null, { timeout: 90000 });
  const scores = (await page.locator("#cards .score").allTextContents()).map(Number);
  assert.ok(scores.length === 4 && scores.every((score, place) => place === 0 || score <= scores[place - 1]), `${scores}`);
  assert.equal(await page.locator("#cards .rank").nth(1).textContent(), "2nd");
  assert.match(await page.locator("#cards .facts").first().textContent(), /seed [12] · [\d,]+ bytes/);
  const second = await saved(page, () => page.locator("#cards .card").nth(1).locator("text=Save SVG").click());
  assert.equal(second.name, "a-red-boat-on-the-sea-2.svg");
  const best = await saved(page, () => page.locator("#cards .card").nth(0).locator("text=Save SVG").click());
  const out = join(folder, "drawn.svg");
  run("draw", "a red boat on the sea", "--candidates", "2", "--out", out);
  assert.equal(best.bytes.toString(), readFileSync(out, "utf8"));
  assert.notEqual(second.bytes.toString(), best.bytes.toString());
  assert.match(page.url(), /description=a\+red\+boat/);
});

alone("an SVG is checked with places and mended, and runs no script", WIDE, async (page) => {
  await page.click("#tab-check");
  const text =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90" onload="window.hacked=1">\n<script>window.hacked=1</script>' +
    '<image href="https://evil.example/x.png"/><foreignObject><iframe src="javascript:alert(1)"/></foreignObject><rect width="9" height="9"/></svg>';
  await page.fill("#svg-text", text);
  await page.waitForSelector(".verdict.bad");
  assert.match(await page.textContent("#check-result h2"), /violations/);
  await page.locator(".place").nth(1).click();
  const selected = await page.evaluate(() => document.querySelector("#svg-text").selectionStart);
  assert.equal(text.slice(selected).startsWith("<script>"), true);
  assert.match(await page.textContent("#check-result"), /bytes before, \d+ after/);
  const mended = await saved(page, () => page.click("#check-result >> text=Save SVG"));
  await page.fill("#svg-text", mended.bytes.toString());
  await page.waitForSelector(".verdict.good");
  await page.fill("#svg-text", "<svg");
  await page.waitForFunction(() => document.querySelector("#check-result").textContent.includes("None can be made"));
  assert.equal(await page.evaluate(() => typeof window.hacked), "undefined");
  // A file goes where it belongs, from any tab.
  await page.click("#tab-trace");
  writeFileSync(join(folder, "a.svg"), text);
  await hand(page, "drop", join(folder, "a.svg"), "a.svg", "image/svg+xml");
  await page.waitForSelector(".verdict.bad");
  assert.equal(await page.evaluate(() => typeof window.hacked), "undefined");
});

alone("two settings are compared over one picture", WIDE, async (page) => {
  await page.click("#tab-compare");
  for (const side of ["a", "b"]) {
    await page.fill(`#${side}-sweeps`, "8");
    await page.locator(`#${side}-sweeps`).blur();
  }
  await hand(page, "drop", CAT, "cat.png", "image/png");
  await state(page, "Done.", "#a-shown");
  await state(page, "Done.", "#b-shown");
  const eyes = await Promise.all(["#a-shown", "#b-shown"].map(async (panel) => number(await figure(page, 2, panel))));
  assert.notEqual(eyes[0], eyes[1]);
  await page.locator("#a-shown .stage").focus();
  await page.keyboard.press("+");
  await page.waitForFunction(() => document.querySelector("#b-shown .level").textContent === "200 %");
  assert.match(page.url(), /^[^#]*#compare\?.*a\.sweeps=8/);
  await page.reload();
  await state(page, "Done.", "#b-shown");
});

alone("what is no picture is named, and the page goes on", WIDE, async (page, _, faults) => {
  const hostile = [
    ["text.png", "image/png", Buffer.from("no picture")],
    ["page.jpg", "image/jpeg", Buffer.from("<script>window.hacked=1</script>")],
    ["short.png", "image/png", readFileSync(CAT).subarray(0, 5000)],
    ["strange.xyz", "application/octet-stream", Buffer.alloc(4096, 7)],
    ["<img src=x onerror=window.hacked=1>.png", "image/png", Buffer.from([0x89, 0x50])],
  ];
  for (const [name, type, bytes] of hostile) {
    writeFileSync(join(folder, "hostile"), bytes);
    await page.evaluate(() => (document.querySelector("#trouble").textContent = ""));
    await hand(page, "drop", join(folder, "hostile"), name, type);
    await page.waitForFunction(() => /cannot be opened|no picture/.test(document.querySelector("#trouble").textContent));
  }
  assert.equal(await page.evaluate(() => typeof window.hacked), "undefined");
  const large = await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(33 << 20)], "large.png", { type: "image/png" }));
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
  });
  assert.equal(large, undefined);
  await page.waitForFunction(() => /more than the 33,554,432/.test(document.querySelector("#trouble").textContent));
  await page.fill("#trace-sweeps", "2");
  await page.locator("#trace-sweeps").blur();
  await hand(page, "drop", CAT, "cat.png", "image/png");
  await state(page, "Done.");
  assert.equal(await page.isVisible("#trouble"), false);
  // The browser itself remarks on every answer that is a refusal.
  assert.ok(faults.every((fault) => fault.includes("status of 422")), faults.join("; "));
  faults.length = 0;
});

test("pages of other origins get nothing", async () => {
  const context = await browser.newContext();
  const evil = createServer((_, answer) => answer.writeHead(200, { "content-type": "text/html" }).end("<h1>evil</h1>"));
  await new Promise((resolve) => evil.listen(0, "127.0.0.1", resolve));
  try {
    const page = await context.newPage();
    const { port } = new URL(server.url);
    // A name of theirs that leads here.
    const rebound = await page.goto(`http://evil.example:${port}/`);
    assert.equal(rebound.status(), 403);
    await page.goto(`http://127.0.0.1:${evil.address().port}/`);
    const got = await page.evaluate(async (url) => {
      const failed = (promise) => promise.then((answer) => (answer.type === "opaque" ? "sent" : "read"), () => "refused");
      const image = new Promise((resolve) => {
        const made = new Image();
        made.onload = () => resolve("read");
        made.onerror = () => resolve("refused");
        made.src = `${url}icon.svg`;
      });
      const events = new Promise((resolve) => {
        const source = new EventSource(`${url}events`);
        source.onopen = () => resolve("read");
        source.onerror = () => resolve("refused");
      });
      const frame = document.createElement("iframe");
      frame.src = url;
      document.body.append(frame);
      return Promise.all([
        failed(fetch(`${url}about`)),
        failed(fetch(`${url}jobs`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })),
        // Without asking to read the answer.
        failed(fetch(`${url}cancel`, { method: "POST", mode: "no-cors", body: "{}" })),
        image,
        events,
      ]);
    }, server.url);
    assert.deepEqual(got, ["refused", "refused", "refused", "refused", "refused"]);
  } finally {
    await context.close();
    evil.close();
  }
});

alone("tabs, choices and keys work without a mouse", WIDE, async (page) => {
  await page.focus("#tab-trace");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getAttribute("#tab-draw", "aria-selected"), "true");
  assert.equal(await page.isVisible("#description"), true);
  await page.keyboard.press("End");
  assert.equal(await page.evaluate(() => document.activeElement.id), "tab-compare");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.title(), "linocut: trace");
  const opened = page.waitForEvent("filechooser");
  // Choosers are only seen once the browser was told to show none.
  await page.waitForTimeout(500);
  await page.keyboard.press("o");
  const chooser = await opened;
  await page.fill("#trace-sweeps", "2");
  await page.locator("#trace-sweeps").blur();
  await chooser.setFiles(CAT);
  await state(page, "Done.");
  await page.click("#theme");
  await page.click("#theme");
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(dark, "rgb(22, 20, 18)");
});

// Looks: every tab, filled, wide and narrow; no text beside its box, nothing that scrolls sideways, no serious fault by axe.
const filled = {
  trace: async (page) => {
    await page.fill("#trace-sweeps", "12");
    await page.locator("#trace-sweeps").blur();
    await hand(page, "drop", CAT, "cat.png", "image/png");
    await state(page, "Done.");
    await page.locator("#trace-shown .segments >> text=Picture").click();
    await page.waitForSelector("#trace-shown .divider:not([hidden])");
  },
  draw: async (page) => {
    await page.click("#tab-draw");
    await page.fill("#draw-candidates", "1");
    await page.locator("#draw-candidates").blur();
    await page.fill("#description", "a purple forest at dusk");
    await page.click("#draw-go");
    await page.waitForFunction(() => document.querySelector("#draw-state").textContent.includes("best first"), null, { timeout: 90000 });
  },
  check: async (page) => {
    await page.click("#tab-check");
    await page.fill("#svg-text", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90">\n<text x="9" y="9">hello</text>\n<path d="M9 9h70v60H9z" fill="teal" onclick="x"/></svg>');
    await page.waitForSelector(".verdict.bad");
  },
  compare: async (page) => {
    await page.click("#tab-compare");
    for (const side of ["a", "b"]) {
      await page.fill(`#${side}-sweeps`, "6");
      await page.locator(`#${side}-sweeps`).blur();
    }
    await hand(page, "drop", CAT, "cat.png", "image/png");
    await state(page, "Done.", "#a-shown");
    await state(page, "Done.", "#b-shown");
  },
};

for (const [name, fill] of Object.entries(filled)) {
  alone(`${name} looks as it should and is open to all, at 1400 and 400 px`, WIDE, async (page, context) => {
    const blank = await context.newPage();
    await page.bringToFront();
    await fill(page);
    // What differs from run to run.
    await page.evaluate(() => {
      for (const time of document.querySelectorAll(".figures dl > :last-child dd")) time.textContent = "1.0 s";
      const state = document.querySelector("#draw-state");
      state.textContent = state.textContent.replace(/in [\d.]+ s/, "in 1.0 s");
      document.activeElement.blur();
    });
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      await page.waitForTimeout(150);
      const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(inner <= outer, `${name} scrolls sideways at ${size.width} px: ${inner}`);
      for (const scheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        const serious = violations.filter(({ impact }) => ["serious", "critical", "moderate"].includes(impact));
        const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ").slice(0, 300)}`);
        assert.deepEqual(told, [], `${name}, ${size.width} px, ${scheme}`);
      }
      await page.emulateMedia({ colorScheme: "light" });
      await looksLike(page, blank, `${name}-${size.width}`);
    }
  });
}

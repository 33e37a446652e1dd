// A server, and a browser that looks at it.

import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

export const linocut = process.env.LINOCUT;

// What `linocut serve` says where it is, once it is there.
export const serve = async (port = 0) => {
  const child = spawn(linocut, ["serve", "--port", `${port}`, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", (text) => resolve([text]));
    child.once("exit", (code) => reject(new Error(`linocut serve ended with ${code}`)));
  });
  return { url: JSON.parse(line).url, child, end: () => child.kill("SIGINT") };
};

export const run = (...more) => execFileSync(linocut, more, { encoding: "utf8" });

// `evil.example` leads to this machine, as with DNS rebinding.
export const browse = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1", "--force-color-profile=srgb", "--font-render-hinting=none"],
  });

// A tab that is ready, and what its console says against us.
export const tab = async (context, url) => {
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  return { page, faults };
};

export const picture = (name) => new URL(`../../../../fixtures/trace/quality/${name}`, import.meta.url).pathname;

// Drops a file on the page, or pastes it, as a person would.
export const hand = (page, kind, path, name, type) =>
  page.evaluate(
    ({ kind, base64, name, type }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type }));
      const options = { bubbles: true, cancelable: true };
      if (kind === "paste") document.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: transfer }));
      else for (const each of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(each, { ...options, dataTransfer: transfer }));
    },
    { kind, base64: readFileSync(path).toString("base64"), name, type },
  );

export const state = (page, text, panel = "#trace-shown") =>
  page.waitForFunction(
    ({ panel, text }) => document.querySelector(`${panel} .state`)?.textContent.startsWith(text),
    { panel, text },
    { timeout: 60000 },
  );

// The bytes of what a click saves.
export const saved = async (page, click) => {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
};

export const about = async (url) => (await fetch(new URL("/about", url))).json();

// Waits until as many jobs run as one of `counts` says; says how many milliseconds that took.
export const untilRunning = async (url, ...counts) => {
  const start = performance.now();
  for (;;) {
    const { running } = await about(url);
    if (counts.includes(running)) break;
    if (performance.now() - start > 150000) throw new Error(`${running} jobs after 150 s, not ${counts.join(" or ")}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - start;
};

// Makes the README's pictures of the page: LINOCUT=target/release/linocut CHROMIUM=chromium node pictures.mjs FOLDER

import { join } from "node:path";

import { browse, hand, picture, serve, state, tab } from "./served.mjs";

const [, , folder] = process.argv;
const server = await serve();
const browser = await browse();
const context = await browser.newContext({ viewport: { width: 1180, height: 800 }, colorScheme: "light" });
const { page } = await tab(context, `${server.url}#trace?objective=perceptual&sweeps=200&bytes=9000`);
await hand(page, "drop", picture("cat.png"), "cat.png", "image/png");
await state(page, "Done.");
await page.locator("#trace-shown .segments >> text=Picture").click();
await page.waitForSelector("#trace-shown .divider:not([hidden])");
await page.screenshot({ path: join(folder, "serve-trace.png") });
await page.click("#tab-draw");
await page.click("text=a lighthouse overlooking the ocean");
await page.waitForFunction(() => document.querySelector("#draw-state").textContent.includes("best first"), null, { timeout: 90000 });
await page.evaluate(() => document.activeElement.blur());
await page.screenshot({ path: join(folder, "serve-draw.png") });
await browser.close();
server.end();

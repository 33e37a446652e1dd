// Compares a screenshot with a golden, in the browser itself: an eighth as large, so that fonts may differ a little and the layout may not.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const EIGHTH = 8;
// Mean difference in levels of 255, and share of the reduced pixels that may differ by more than 40 levels.
const MOST_MEAN = 4;
const MOST_SHARE = 0.02;

const at = (folder, name) => new URL(`./${folder}/${name}.png`, import.meta.url);

const difference = (blank, a, b) =>
  blank.evaluate(
    async ({ a, b, EIGHTH }) => {
      const reduced = async (base64) => {
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side / EIGHTH)));
        const canvas = Object.assign(document.createElement("canvas"), { width, height });
        const context = canvas.getContext("2d");
        context.imageSmoothingQuality = "high";
        context.drawImage(image, 0, 0, width, height);
        return { size: [image.width, image.height], data: context.getImageData(0, 0, width, height).data };
      };
      const [one, other] = await Promise.all([reduced(a), reduced(b)]);
      if (one.size.join() !== other.size.join()) return { sizes: [one.size, other.size] };
      let sum = 0;
      let far = 0;
      for (let i = 0; i < one.data.length; i += 4) {
        const most = Math.max(...[0, 1, 2].map((c) => Math.abs(one.data[i + c] - other.data[i + c])));
        sum += most;
        far += most > 40;
      }
      const pixels = one.data.length / 4;
      return { mean: sum / pixels, share: far / pixels };
    },
    { a: a.toString("base64"), b: b.toString("base64"), EIGHTH },
  );

// Throws if the page does not look like the golden of this name, and leaves what it looks like in `failed/`.
export const looksLike = async (page, blank, name) => {
  const shot = await page.screenshot({ animations: "disabled", caret: "hide" });
  if (process.env.UPDATE || !existsSync(at("goldens", name))) {
    if (!process.env.UPDATE) throw new Error(`there is no golden ${name}: run with UPDATE=1`);
    writeFileSync(at("goldens", name), shot);
    return;
  }
  const found = await difference(blank, readFileSync(at("goldens", name)), shot);
  if (found.sizes || found.mean > MOST_MEAN || found.share > MOST_SHARE) {
    mkdirSync(new URL("./failed/", import.meta.url), { recursive: true });
    writeFileSync(at("failed", name), shot);
    throw new Error(`${name} does not look like its golden: ${JSON.stringify(found)}; see failed/${name}.png`);
  }
};

// Bytes, closeness and progress of a drawing.

import { count, el } from "/dom.js";

const quality = (score) =>
  score >= 70 ? "high" : score >= 50 ? "medium" : score >= 30 ? "low" : "very low";

export class Figures {
  #values = {};

  constructor() {
    const figure = (name, label, title) => {
      const value = el("dd", {}, "–");
      this.#values[name] = value;
      return el("div", { title }, el("dt", {}, label), value);
    };
    this.progress = el("progress", { max: 1, value: 0, "aria-label": "Work done" });
    this.root = el(
      "div",
      { class: "figures" },
      el(
        "dl",
        {},
        figure("bytes", "Bytes", "Length of the SVG, of the most that it may have"),
        figure("psnr", "PSNR", "Peak signal-to-noise ratio against the picture, at 384 px: higher is closer"),
        figure("ssimulacra2", "SSIMULACRA2", "Quality to people's eyes, at 384 px: 100 is the picture itself"),
        figure("seconds", "Time", "Since the settings were last changed"),
      ),
      this.progress,
    );
  }

  // Shows what an event says; what it does not say stays.
  show({ bytes, psnr, ssimulacra2, seconds }, limit) {
    const { bytes: size, psnr: peak, ssimulacra2: eyes, seconds: time } = this.#values;
    if (bytes !== undefined) {
      size.textContent = `${count(bytes)} of ${count(limit)}`;
      size.classList.toggle("over", bytes > limit);
    }
    time.textContent = `${seconds.toFixed(1)} s`;
    if (psnr === undefined) return;
    peak.textContent = psnr === null ? "exact" : `${psnr.toFixed(2)} dB`;
    eyes.textContent = `${ssimulacra2.toFixed(1)}, ${quality(ssimulacra2)}`;
  }

  clear() {
    for (const value of Object.values(this.#values)) value.textContent = "–";
    this.progress.value = 0;
  }
}

export const inWords = ({ bytes, psnr, ssimulacra2 }) =>
  `${count(bytes)} bytes, PSNR ${psnr === null ? "exact" : psnr.toFixed(1)}, SSIMULACRA2 ${ssimulacra2.toFixed(0)}`;

// Traces the picture with some settings, and shows how the drawing improves.

import { el, say, trouble } from "/dom.js";
import { Figures, inWords } from "/figures.js";
import { address, again, choosePicture, picture, stem } from "/picture.js";
import { saveButtons } from "/save.js";
import { amount, OBJECTIVE, Settings, WORK } from "/settings.js";
import * as stream from "/stream.js";
import { png, svgImage, Viewer } from "/viewer.js";

const FIELDS = ["bytes", OBJECTIVE, WORK, "sweeps", "seconds", "seed"];
const USUAL = { bytes: 10000, objective: "raw", work: "fixed", sweeps: 60, seconds: 2, seed: 0 };
const AGAINST = [
  ["none", "Alone"],
  ["source", "Picture"],
  ["vtracer", "VTracer"],
];

export class Tracing {
  #rival = null;
  #newest = null;
  svg = null;

  // `slot` names its jobs, `scope` its fields, `prefix` its settings in the address.
  constructor({ slot, scope, prefix, shown, form, label, isActive, usual }) {
    Object.assign(this, { slot, isActive, label });
    this.settings = new Settings(form, scope, prefix, FIELDS, { ...USUAL, ...usual });
    this.viewer = new Viewer(`${label}: use plus and minus to zoom`, AGAINST, () => this.compare());
    this.figures = new Figures();
    this.stopButton = el("button", { type: "button", onclick: () => stream.stop(this.slot), disabled: true }, "Stop");
    this.save = saveButtons(() => ({ svg: this.svg, name: `${stem()}-${this.settings.values.bytes}` }));
    this.state = el("p", { class: "hint state" });
    this.tools = el("div", { class: "line" }, ...this.save, this.stopButton, this.state);
    shown.append(this.viewer.root, this.figures.root, this.tools);
    this.#enable(false);
    this.settings.addEventListener("change", () => this.start());
    picture.addEventListener("change", () => {
      this.viewer.setSize(picture.width, picture.height);
      this.viewer.clear();
      this.viewer.zoomTo(1);
      this.start();
    });
  }

  // Begins anew, where there is a picture and somebody looks.
  start() {
    this.stale = true;
    if (!picture.id || !this.isActive()) return;
    this.stale = false;
    this.svg = null;
    this.#enable(true);
    this.figures.progress.value = 0;
    this.state.textContent = "Tracing…";
    const { bytes, objective, seed, ...work } = this.settings.values;
    stream.start(
      this.slot,
      { trace: { picture: picture.id, bytes, objective, seed, ...amount(work) } },
      (event) => this.#hear(event, bytes),
    );
    this.compare();
  }

  // Ends the work, for example because nobody looks any more.
  rest() {
    if (stream.isRunning(this.slot)) this.stale = true;
    stream.drop(this.slot);
    stream.drop(`${this.slot}-vtracer`);
  }

  // Shows what is compared with, which VTracer has to draw first.
  compare() {
    const { against } = this.viewer;
    if (against === "none" || !picture.id) return this.viewer.setOther(null);
    if (against === "source") {
      return this.viewer.setOther(address(), `${picture.name}, the picture itself`, ["Picture", "Drawing"]);
    }
    const { bytes } = this.settings.values;
    const wanted = `${picture.id} ${bytes}`;
    if (this.#rival?.of === wanted) return this.#showRival();
    const work = { trace: { picture: picture.id, bytes, method: "vtracer" } };
    stream.start(`${this.slot}-vtracer`, work, (event) => {
      if (event.type !== "done") return trouble(`VTracer: ${event.error}`);
      this.#rival = { of: wanted, ...event };
      if (this.viewer.against === "vtracer") this.#showRival();
    });
  }

  #showRival() {
    const { svg, bytes, psnr, ssimulacra2 } = this.#rival;
    const url = URL.createObjectURL(svgImage(svg));
    const text = inWords({ bytes, psnr, ssimulacra2 });
    return this.viewer.setOther(url, `VTracer's drawing, ${text}`, [`VTracer: ${text}`, "Drawing"]);
  }

  async #hear(event, limit) {
    if (event.type === "failed") return this.#fail(event);
    // Figures come later than the drawing that they are of: by then another one is shown.
    if (event.type === "figures") return this.figures.show({ ...event, bytes: undefined }, limit);
    if (event.type === "progress") return this.#preview(event, limit);
    this.#newest = null;
    this.figures.show(event, limit);
    this.figures.progress.value = 1;
    this.svg = event.svg;
    this.#enable(false);
    this.state.textContent = event.cut_short ? "Stopped early: the best that was found by then." : "Done.";
    say(`${this.label}: ${event.cut_short ? "stopped" : "done"}, ${inWords(event)}`);
    await this.viewer.setDrawing(svgImage(event.svg), `the drawing, ${inWords(event)}`);
  }

  // Shows how far the drawing is. Of what comes while that is painted only the last is shown: a tab that paints more slowly than the
  // server draws still answers.
  async #preview(event, limit) {
    const isPainting = this.#newest !== null;
    this.#newest = event;
    if (isPainting) return;
    for (let shown = null; this.#newest !== null && this.#newest !== shown; ) {
      shown = this.#newest;
      this.figures.show(shown, limit);
      this.figures.progress.value = shown.done;
      await this.viewer.setDrawing(png(shown.png), "the drawing, not finished yet");
      await new Promise(requestAnimationFrame);
    }
    this.#newest = null;
  }

  async #fail({ error, status }) {
    this.#enable(false);
    // Tried again when the server is back.
    this.stale = status === 0;
    // The server lets pictures go when it needs their memory.
    if (status === 410 && !this.isSentAgain) {
      this.isSentAgain = true;
      if (await again()) return this.start();
    }
    this.isSentAgain = false;
    this.state.textContent = "";
    trouble(error);
  }

  #enable(isRunning) {
    this.stopButton.disabled = !isRunning;
    for (const button of this.save) button.disabled = this.svg === null;
  }
}

// What is shown where there is no picture yet, or to take another one.
export const picker = () => {
  const name = el("span", { class: "name" });
  const button = el("button", { type: "button", class: "main", onclick: choosePicture }, "Choose a picture…");
  const hint = el("p", { class: "hint" }, "or drop one here, or paste one. It stays on this machine.");
  const root = el("div", { class: "picker" }, button, name, hint);
  picture.addEventListener("change", () => {
    root.classList.add("small");
    button.textContent = "Another picture…";
    button.classList.remove("main");
    name.textContent = `${picture.name}, ${picture.width} × ${picture.height} px`;
    hint.hidden = true;
  });
  return root;
};

// A drawing to look at: zoom to 800 %, and a divider between it and another picture.

import { choose, el, segments } from "/dom.js";

const MOST_ZOOM = 8;
let viewers = 0;

export class Viewer {
  #aspect = 1;
  #zoom = 1;
  #swipe = 0.5;
  #urls = {};
  onview = null;

  // `against` are the choices of what a drawing is compared with, [value, text], "none" among them; `onagainst` hears the choice.
  constructor(label, against, onagainst) {
    viewers += 1;
    this.shown = el("img", { class: "drawing", alt: "", hidden: true });
    this.other = el("img", { class: "other", alt: "", hidden: true });
    this.sheet = el("div", { class: "sheet" }, this.shown, this.other);
    this.stage = el("div", { class: "stage", tabindex: 0, role: "group", "aria-label": label }, this.sheet);
    this.divider = el("div", { class: "divider", hidden: true, "aria-hidden": "true" });
    this.tags = ["left", "right"].map((side) => el("span", { class: `tag ${side}`, hidden: true, "aria-hidden": "true" }));
    this.frame = el("div", { class: "frame" }, this.stage, this.divider, ...this.tags);
    this.against = "none";
    const choices = against ? segments(`against-${viewers}`, "Compare with", against, "none", (value) => {
      this.setAgainst(value);
      onagainst?.(value);
    }) : null;
    this.choices = choices;
    this.slider = el("input", { type: "range", min: 0, max: 100, value: 50, "aria-label": "Divider between the two pictures" });
    this.slider.addEventListener("input", () => this.setSwipe(Number(this.slider.value) / 100));
    this.swipeField = el("label", { class: "field swipe", hidden: true }, el("span", {}, "Divider"), this.slider);
    const button = (text, label, onclick) => el("button", { type: "button", "aria-label": label, title: label, onclick }, text);
    this.level = el("output", { class: "level" }, "100 %");
    const zoom = el(
      "div",
      { class: "zoom", role: "group", "aria-label": "Zoom" },
      button("−", "Smaller (-)", () => this.zoomTo(this.#zoom / 2)),
      this.level,
      button("+", "Larger, up to 800 % (+)", () => this.zoomTo(this.#zoom * 2)),
      button("Fit", "Fit: the whole picture (0)", () => this.zoomTo(1)),
    );
    this.root = el("div", { class: "viewer" }, this.frame, el("div", { class: "bar-row" }, choices, this.swipeField, zoom));
    this.#listen();
  }

  // The proportions of what is shown.
  setSize(width, height) {
    this.#aspect = width / height;
    this.#lay();
  }

  // Shows a picture of the drawing; `blob` is a PNG or an SVG, which as an image runs no script and loads nothing.
  async setDrawing(blob, alt) {
    await this.#swap("shown", URL.createObjectURL(blob), alt);
  }

  // Shows another picture left of the divider, or none; tags name both sides.
  async setOther(url, alt, names) {
    if (url === null) {
      this.other.hidden = this.divider.hidden = this.swipeField.hidden = true;
      for (const tag of this.tags) tag.hidden = true;
      return;
    }
    await this.#swap("other", url, alt);
    this.divider.hidden = this.swipeField.hidden = false;
    this.tags.forEach((tag, side) => {
      tag.hidden = false;
      tag.textContent = names[side];
    });
    this.#lay();
  }

  setAgainst(value) {
    this.against = value;
    if (this.choices) choose(this.choices, value);
  }

  setSwipe(share) {
    this.#swipe = Math.min(1, Math.max(0, share));
    this.slider.value = Math.round(100 * this.#swipe);
    this.#clip();
  }

  clear() {
    this.shown.hidden = true;
    this.shown.removeAttribute("src");
  }

  // Zooms so that a point of the stage, in shares of it, stays where it is.
  zoomTo(zoom, x = 0.5, y = 0.5) {
    const { stage, sheet } = this;
    const inside = Math.min(MOST_ZOOM, Math.max(1, zoom));
    const px = (stage.scrollLeft + x * stage.clientWidth - sheet.offsetLeft) / sheet.offsetWidth;
    const py = (stage.scrollTop + y * stage.clientHeight - sheet.offsetTop) / sheet.offsetHeight;
    this.#zoom = inside;
    this.#lay();
    stage.scrollTo(
      px * sheet.offsetWidth + sheet.offsetLeft - x * stage.clientWidth,
      py * sheet.offsetHeight + sheet.offsetTop - y * stage.clientHeight,
    );
    this.#tell();
  }

  // Shows the same part as another viewer.
  follow({ zoom, left, top }) {
    this.#zoom = zoom;
    this.#lay();
    this.stage.scrollTo(left * this.stage.scrollWidth, top * this.stage.scrollHeight);
  }

  async #swap(which, url, alt) {
    const image = this[which];
    const before = this.#urls[which];
    this.#urls[which] = url;
    const next = new Image();
    next.src = url;
    await next.decode().catch(() => {});
    // Something later came in between.
    if (this.#urls[which] !== url) return URL.revokeObjectURL(url);
    image.src = url;
    image.alt = alt;
    image.hidden = false;
    if (before && before !== url) URL.revokeObjectURL(before);
  }

  #lay() {
    const { clientWidth, clientHeight } = this.stage;
    const width = Math.min(clientWidth, clientHeight * this.#aspect) * this.#zoom;
    this.sheet.style.width = `${width}px`;
    this.sheet.style.height = `${width / this.#aspect}px`;
    this.stage.classList.toggle("zoomed", this.#zoom > 1);
    this.level.textContent = `${Math.round(100 * this.#zoom)} %`;
    this.#clip();
  }

  #clip() {
    const { stage, sheet } = this;
    const x = this.#swipe * stage.clientWidth;
    this.divider.style.left = `${x}px`;
    const cut = Math.min(sheet.offsetWidth, Math.max(0, stage.scrollLeft + x - sheet.offsetLeft));
    this.other.style.clipPath = `inset(0 ${sheet.offsetWidth - cut}px 0 0)`;
  }

  #tell() {
    const { stage } = this;
    this.onview?.({
      zoom: this.#zoom,
      left: stage.scrollLeft / stage.scrollWidth,
      top: stage.scrollTop / stage.scrollHeight,
    });
  }

  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }

  #listen() {
    const { stage, divider } = this;
    new ResizeObserver(() => this.#lay()).observe(stage);
    stage.addEventListener("scroll", () => (this.#clip(), this.#tell()));
    const drag = (element, move) => {
      element.addEventListener("pointerdown", (event) => {
        if (event.button !== 0 || !move(event, true)) return;
        event.preventDefault();
        element.setPointerCapture(event.pointerId);
        const moved = (event) => move(event, false);
        element.addEventListener("pointermove", moved);
        element.addEventListener("lostpointercapture", () => element.removeEventListener("pointermove", moved), { once: true });
      });
    };
    const swipe = (event) => {
      this.setSwipe(this.#place(event)[0]);
      return true;
    };
    drag(divider, swipe);
    // A finger scrolls by itself.
    drag(stage, (event, isFirst) => {
      if (isFirst) stage.focus({ preventScroll: true });
      if (this.#zoom === 1) return divider.hidden || event.pointerType === "touch" ? false : swipe(event);
      if (event.pointerType === "touch") return false;
      if (!isFirst) stage.scrollBy(-event.movementX, -event.movementY);
      return true;
    });
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoomTo(this.#zoom * (event.deltaY < 0 ? 1.25 : 0.8), ...this.#place(event));
    }, { passive: false });
    stage.addEventListener("dblclick", (event) => this.zoomTo(this.#zoom > 1 ? 1 : 4, ...this.#place(event)));
    stage.addEventListener("keydown", (event) => {
      const keys = { "+": this.#zoom * 2, "=": this.#zoom * 2, "-": this.#zoom / 2, 0: 1 };
      if (event.ctrlKey || event.metaKey || !(event.key in keys)) return;
      event.preventDefault();
      this.zoomTo(keys[event.key]);
    });
  }
}

// A PNG of an event.
export const png = (base64) =>
  new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type: "image/png" });

export const svgImage = (svg) => new Blob([svg], { type: "image/svg+xml" });

// Settings as a form, in the address, and with undo.

import { choose, count, el, segments } from "/dom.js";

const STEPS = 100;

const rounded = (value) => {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.round(value / unit) * unit).toPrecision(3));
};

// The values of a slider. They go by ratios: as far from 500 to 1,000 as from 50,000 to 100,000.
const stops = ({ low, high, whole }) => {
  const at = (place) => rounded(low * (high / low) ** (place / STEPS));
  const all = Array.from({ length: STEPS + 1 }, (_, place) => (whole ? Math.max(1, Math.round(at(place))) : at(place)));
  return [...new Set(all)];
};

// The place of the value that is nearest by ratio.
const nearest = (values, value) => {
  const distance = (place) => Math.abs(Math.log(values[place] / value));
  return values.reduce((best, _, place) => (distance(place) < distance(best) ? place : best), 0);
};

export const NUMBERS = {
  bytes: { label: "Bytes", low: 500, high: 100000, min: 200, max: 1000000, whole: true, usual: 10000 },
  sweeps: { label: "Sweeps", low: 8, high: 1000, min: 1, max: 5000, whole: true, usual: 60 },
  seconds: { label: "Seconds", low: 0.2, high: 60, min: 0.05, max: 300, usual: 2 },
  candidates: { label: "Seeds to try", low: 1, high: 16, min: 1, max: 64, whole: true, usual: 4 },
};

export class Settings extends EventTarget {
  #inputs = {};
  #past = [];
  #future = [];
  #before = null;

  // `scope` begins the ids of the form, `prefix` its names in the address. `fields` are names of numbers, or { name, label, choices, hint }
  // for a choice of one.
  constructor(form, scope, prefix, fields, usual) {
    super();
    Object.assign(this, { form, scope, prefix, fields, usual, values: { ...usual } });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.append(...fields.map((field) => this.#field(field)), this.#history());
    this.#show();
  }

  // Takes over what an address says, as far as it can be understood.
  read(parameters) {
    const values = { ...this.usual };
    for (const name of Object.keys(values)) {
      const text = parameters.get(this.prefix + name);
      const number = NUMBERS[name] ?? (name === "seed" ? { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true } : null);
      if (text === null) continue;
      const value = number ? valid(number, text) : this.#choices(name)?.find((choice) => choice === text);
      if (value !== undefined && value !== null) values[name] = value;
    }
    this.values = values;
    this.#show();
  }

  write(parameters) {
    for (const [name, value] of Object.entries(this.values)) {
      if (value !== this.usual[name]) parameters.set(this.prefix + name, value);
    }
  }

  undo() {
    this.#travel(this.#past, this.#future);
  }

  redo() {
    this.#travel(this.#future, this.#past);
  }

  // Changes a value; `isLast` at the end of a movement, which is undone as one.
  set(name, value, isLast) {
    this.#before ??= { ...this.values };
    const changed = this.values[name] !== value;
    this.values = { ...this.values, [name]: value };
    if (isLast) this.#settle();
    this.#show();
    if (changed) this.dispatchEvent(new Event("change"));
  }

  #settle() {
    if (JSON.stringify(this.#before) !== JSON.stringify(this.values)) {
      this.#past.push(this.#before);
      this.#future = [];
    }
    this.#before = null;
  }

  #travel(from, to) {
    const values = from.pop();
    if (!values) return;
    to.push(this.values);
    this.values = values;
    this.#show();
    this.dispatchEvent(new Event("change"));
  }

  #choices(name) {
    return this.fields.find((field) => field.name === name)?.choices.map(([value]) => value);
  }

  #field(field) {
    if (typeof field === "string") return field === "seed" ? this.#seed() : this.#number(field);
    const { name, label, choices } = field;
    const id = `${this.scope}-${name}-hint`;
    const hint = el("p", { class: "hint", id });
    const group = segments(`${this.scope}-${name}`, label, choices, this.values[name], (value) => this.set(name, value, true));
    group.setAttribute("aria-describedby", id);
    this.#inputs[name] = (value) => {
      choose(group, value);
      hint.textContent = field.hint(this.values);
      hint.hidden = hint.textContent === "";
    };
    return el("div", { class: "setting" }, el("span", { class: "label", "aria-hidden": "true" }, label), group, hint);
  }

  #number(name) {
    const range = NUMBERS[name];
    const id = `${this.scope}-${name}`;
    const take = (value, isLast) => value !== null && this.set(name, value, isLast);
    const step = range.whole ? 1 : "any";
    const number = el("input", { id, type: "number", min: range.min, max: range.max, step });
    const values = stops(range);
    const last = values.length - 1;
    const slider = el("input", { type: "range", min: 0, max: last, "aria-label": range.label, id: `${id}-slider` });
    number.addEventListener("change", () => (take(valid(range, number.value), true), this.#show()));
    slider.addEventListener("input", () => take(values[Number(slider.value)], false));
    slider.addEventListener("change", () => take(values[Number(slider.value)], true));
    const setting = el("div", { class: "setting" }, el("label", { for: id, class: "label" }, range.label), number, slider);
    this.#inputs[name] = (value) => {
      setting.hidden = !this.#isAsked(name);
      number.value = value;
      slider.value = nearest(values, value);
      slider.setAttribute("aria-valuetext", `${count(value)} ${range.label.toLowerCase()}`);
    };
    return setting;
  }

  #isAsked(name) {
    if (name === "sweeps") return this.values.work === "fixed";
    return name !== "seconds" || this.values.work === "clock";
  }

  #seed() {
    const id = `${this.scope}-seed`;
    const input = el("input", { id, type: "number", min: 0, step: 1 });
    const another = el("button", { type: "button", title: "Another seed gives another drawing" }, "Another");
    input.addEventListener("change", () => {
      const seed = valid({ min: 0, max: Number.MAX_SAFE_INTEGER, whole: true }, input.value);
      if (seed !== null) this.set("seed", seed, true);
      this.#show();
    });
    another.addEventListener("click", () => this.set("seed", this.values.seed + 1, true));
    this.#inputs.seed = (value) => (input.value = value);
    return el("div", { class: "setting" }, el("label", { for: id, class: "label" }, "Seed"), input, another);
  }

  #history() {
    const button = (text, title, onclick) => el("button", { type: "button", title, onclick }, text);
    const undo = button("Undo", "Undo the last change of settings (Ctrl+Z)", () => this.undo());
    const redo = button("Redo", "Redo it (Ctrl+Shift+Z)", () => this.redo());
    const reset = button("Reset", "Back to the usual settings", () => {
      this.#before = { ...this.values };
      this.values = { ...this.usual };
      this.#settle();
      this.#show();
      this.dispatchEvent(new Event("change"));
    });
    this.#inputs[" history"] = () => {
      undo.disabled = this.#past.length === 0;
      redo.disabled = this.#future.length === 0;
      reset.disabled = JSON.stringify(this.values) === JSON.stringify(this.usual);
    };
    return el("div", { class: "history" }, undo, redo, reset);
  }

  #show() {
    for (const [name, show] of Object.entries(this.#inputs)) show(this.values[name]);
  }
}

const valid = ({ min, max, whole }, text) => {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) return null;
  const inside = Math.min(max, Math.max(min, value));
  return whole ? Math.round(inside) : inside;
};

export const OBJECTIVE = {
  name: "objective",
  label: "Close to",
  choices: [
    ["raw", "Pixels"],
    ["perceptual", "Eyes"],
    ["defended", "Filters"],
  ],
  hint: ({ objective }) =>
    ({
      raw: "The least squared error: the highest PSNR.",
      perceptual: "What people see: the highest SSIMULACRA2. Takes two to three times as long.",
      defended: "Squared error as the contest's filters leave it. Takes longer.",
    })[objective],
};

export const WORK = {
  name: "work",
  label: "Work",
  choices: [
    ["fixed", "Fixed"],
    ["clock", "By the clock"],
  ],
  hint: ({ work }) =>
    work === "fixed"
      ? "The same picture and settings give the same bytes every time, on every machine."
      : "The best that is found in this time. Bytes vary from run to run, and with what else the machine does.",
};

// The amount of work as the server takes it.
export const amount = ({ work, sweeps, seconds }) => (work === "fixed" ? { sweeps } : { seconds });

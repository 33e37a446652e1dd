// Draws a description: candidates as they come, the best first.

import { byId, count, el, say, trouble } from "/dom.js";
import { saveButtons } from "/save.js";
import { Settings, WORK } from "/settings.js";
import * as stream from "/stream.js";
import { svgImage, Viewer } from "/viewer.js";

const SLOT = "draw";
const EXAMPLES = ["a lighthouse overlooking the ocean", "a purple forest at dusk", "a striped wool coat with gold buttons"];
const USUAL = { bytes: 10000, candidates: 4, work: "fixed", seconds: 10, seed: 0, model: "composer" };
const NO_FIXED = { ...WORK, hint: ({ work }) => (work === "fixed" ? "The same description and seed give the same bytes every time." : "The best that is found in this time; it varies from run to run.") };

// By which part of the score people know it.
const PARTS = {
  fidelity: ["close to its picture", "How close the drawing is to the picture that it was made from"],
  coverage: ["words shown", "Share of the description's words that the drawing shows"],
  judge: ["fits the words", "How well a small network thinks that picture and description fit"],
  "O(pp-ocr)": ["free of text", "How little text a reader finds in it"],
};

let settings;
let viewer;
let candidates = new Map();
let chosen = null;
let hasChosen = false;

const modelField = (models) => ({
  name: "model",
  label: "Drawn by",
  choices: [["composer", "Composer"], ...models.flatMap((name) => [[name, name], [`${name}+composer`, `${name} and composer`]])],
  hint: () => "",
});

const asked = () => byId("description").value.trim();

const fileName = (candidate, rank) =>
  `${asked().toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40) || "drawing"}-${rank}`;

const ranked = () => [...candidates.values()].sort((a, b) => b.total - a.total);

const partsOf = ({ parts }) =>
  el(
    "dl",
    { class: "parts" },
    ...parts.flatMap(([name, value]) => {
      const [label, title] = PARTS[name] ?? [name, name];
      const bar = el("i", { class: "bar", "aria-hidden": "true" });
      bar.style.setProperty("--value", `${100 * Math.min(1, Math.max(0, value))}%`);
      return [el("div", { title }, el("dt", {}, label), el("dd", {}, bar, value.toFixed(2)))];
    }),
  );

const nth = (rank) => (rank === 1 ? "best" : `${rank}${{ 2: "nd", 3: "rd" }[rank] ?? "th"}`);

const card = (candidate) => {
  if (candidate.card) return candidate.card;
  const image = el("img", { alt: `candidate by ${candidate.id}`, decoding: "async" });
  image.src = URL.createObjectURL(svgImage(candidate.svg));
  candidate.url = image.src;
  const rank = el("span", { class: "rank" });
  const button = el("button", { type: "button", class: "picture", "aria-pressed": false }, image);
  button.addEventListener("click", () => {
    hasChosen = true;
    choose(candidate);
  });
  const unused = candidate.unused.length
    ? el("p", { class: "unused" }, "not shown: ", el("span", {}, candidate.unused.join(", ")))
    : null;
  const foot = el(
    "div",
    { class: "foot" },
    el("p", { class: "facts" }, `${candidate.id} · ${count(candidate.bytes)} bytes${candidate.full ? "" : " · draft"}`),
    unused,
    el("div", { class: "line" }, ...saveButtons(() => ({ svg: candidate.svg, name: fileName(candidate, candidate.rank) }))),
  );
  const head = el("p", { class: "head" }, el("b", { class: "score" }, candidate.total.toFixed(3)), rank);
  const made = el("li", { class: "card" }, button, el("div", { class: "text" }, head, partsOf(candidate), foot));
  return Object.assign(candidate, { card: made, button, rankText: rank }).card;
};

const choose = async (candidate) => {
  chosen = candidate;
  for (const { button } of candidates.values()) button?.setAttribute("aria-pressed", button === candidate.button);
  byId("draw-view").hidden = false;
  const [, , width, height] = /viewBox="([\d.-]+) ([\d.-]+) ([\d.]+) ([\d.]+)"/.exec(candidate.svg)?.slice(1).map(Number) ?? [0, 0, 1, 1];
  viewer.setSize(width, height);
  await viewer.setDrawing(svgImage(candidate.svg), `${asked()}, by ${candidate.id}`);
};

const show = () => {
  const all = ranked();
  all.forEach((candidate, place) => {
    card(candidate);
    candidate.rank = place + 1;
    candidate.rankText.textContent = nth(place + 1);
  });
  // Cards move only where they must, so that the focus stays.
  const list = byId("cards");
  all.forEach((candidate, place) => {
    if (list.children[place] !== candidate.card) list.insertBefore(candidate.card, list.children[place] ?? null);
  });
  while (list.children.length > all.length) list.lastElementChild.remove();
  if (!hasChosen && all[0] && all[0] !== chosen) choose(all[0]);
  if (chosen && !all.includes(chosen) && all[0]) choose(candidates.get(chosen.id) ?? all[0]);
};

const hear = (event) => {
  if (event.type === "failed") return end(event.error);
  if (event.type === "candidate") {
    const draft = candidates.get(event.id);
    byId("draw-progress").value += 1;
    // Made again at full effort it replaces the draft, unless it scores less.
    if (draft && draft.total > event.total) return;
    if (draft) {
      URL.revokeObjectURL(draft.url);
      draft.card.remove();
    }
    candidates.set(event.id, event);
    byId("draw-state").textContent = `${candidates.size} candidates, ${event.seconds.toFixed(1)} s`;
    return show();
  }
  const failed = event.failures.map(({ origin, error }) => `${origin}: ${error}`).join("; ");
  end(failed ? `Some candidates failed: ${failed}` : "");
  const cut = event.cut_short ? "Stopped early. " : "";
  byId("draw-state").textContent =
    `${cut}${candidates.size} candidates in ${event.seconds.toFixed(1)} s, best first. Select one to look at it; save any of them.`;
  say(`${cut}Done: ${candidates.size} candidates, the best scores ${ranked()[0]?.total.toFixed(2)}`);
};

const end = (error) => {
  byId("draw-stop").hidden = byId("draw-progress").hidden = true;
  trouble(error);
};

const draw = () => {
  if (!asked()) {
    byId("description").focus();
    return trouble("Say first what the picture should show.");
  }
  trouble("");
  for (const { url } of candidates.values()) URL.revokeObjectURL(url);
  candidates = new Map();
  chosen = null;
  hasChosen = false;
  byId("cards").replaceChildren();
  byId("draw-view").hidden = true;
  byId("draw-stop").hidden = byId("draw-progress").hidden = false;
  byId("draw-state").textContent = "Drawing…";
  const { bytes, candidates: seeds, work, seconds, seed, model } = settings.values;
  const makers = model.endsWith("+composer") ? 3 : model === "composer" ? 2 : 1;
  Object.assign(byId("draw-progress"), { value: 0, max: seeds * makers + Math.min(2, seeds * makers) });
  const request = { description: asked(), bytes, candidates: seeds, seed };
  if (work === "clock") request.seconds = seconds;
  if (model !== "composer") {
    Object.assign(request, { model: model.replace(/\+composer$/, ""), composer: model.endsWith("+composer") });
  }
  say("Drawing");
  stream.start(SLOT, { draw: request }, hear);
};

export const setUpDraw = (models, changed) => {
  const fields = ["bytes", "candidates", NO_FIXED, "seconds", "seed"];
  if (models.length) fields.unshift(modelField(models));
  const usual = { ...USUAL };
  if (!models.length) delete usual.model;
  settings = new Settings(byId("draw-settings"), "draw", "", fields, usual);
  if (!models.length) settings.values.model = "composer";
  viewer = new Viewer("Drawing: use plus and minus to zoom", null);
  byId("draw-view").append(viewer.root);
  byId("draw-form").addEventListener("submit", (event) => {
    event.preventDefault();
    changed();
    draw();
  });
  byId("draw-stop").addEventListener("click", () => stream.stop(SLOT));
  for (const text of EXAMPLES) {
    const example = el("button", { type: "button", class: "example" }, text);
    example.addEventListener("click", () => {
      byId("description").value = text;
      byId("draw-form").requestSubmit();
    });
    byId("examples").append(example, " ");
  }
  // What was drawn once is drawn anew with other settings.
  settings.addEventListener("change", () => candidates.size > 0 && draw());
  return {
    settings: [settings],
    show: () => {},
    rest: () => {},
    read: (parameters) => {
      const text = parameters.get("description");
      if (text === null || text === byId("description").value) return;
      byId("description").value = text.slice(0, 2000);
      draw();
    },
    write: (parameters) => asked() && parameters.set("description", asked()),
  };
};

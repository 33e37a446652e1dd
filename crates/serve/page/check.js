// Checks an SVG text while it is typed.

import { byId, count, el, say, trouble } from "/dom.js";
import { saveButtons } from "/save.js";
import { svgImage, Viewer } from "/viewer.js";

const PAUSE = 150;
let asked = 0;
let timer;
let viewer;

// Selects the place of a violation, lines and columns from 1.
const select = ({ line, column }) => {
  const area = byId("svg-text");
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  // Columns count characters, texts of scripts UTF-16 units.
  const before = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  area.focus();
  area.setSelectionRange(start + before, start + before + 1);
};

const places = (title, items, total) =>
  el(
    "section",
    {},
    el("h2", {}, title),
    el(
      "ol",
      { class: "places" },
      ...items.map((item) =>
        el(
          "li",
          {},
          el("button", { type: "button", class: "place", onclick: () => select(item) }, `${item.line}:${item.column}`),
          el("span", {}, item.message),
        ),
      ),
    ),
    items.length < total ? el("p", { class: "hint" }, `and ${count(total - items.length)} more`) : null,
  );

const sanitised = async ({ svg, bytes, changes, changed, error }, before, isValid) => {
  if (error) return [el("section", {}, el("h2", {}, "Valid version"), el("p", {}, `None can be made: ${error}.`))];
  viewer ??= new Viewer("The valid version: use plus and minus to zoom", null);
  const size = await createSize(svg);
  viewer.setSize(...size);
  await viewer.setDrawing(svgImage(svg), "the valid version");
  const title = isValid ? "How it looks" : "Valid version";
  const line = isValid ? `${count(bytes)} bytes` : `${count(before)} bytes before, ${count(bytes)} after`;
  const section = el("section", {}, el("h2", {}, title), el("p", { class: "hint" }, line), viewer.root);
  section.append(el("div", { class: "line" }, ...saveButtons(() => ({ svg, name: "valid" }))));
  return changed && !isValid ? [section, places(`${count(changed)} changes`, changes, changed)] : [section];
};

// The own size of an SVG, as the browser sees it.
const createSize = async (svg) => {
  const image = new Image();
  const url = URL.createObjectURL(svgImage(svg));
  image.src = url;
  await image.decode().catch(() => {});
  URL.revokeObjectURL(url);
  return [image.naturalWidth || 1, image.naturalHeight || 1];
};

const check = async () => {
  const text = byId("svg-text").value;
  asked += 1;
  const mine = asked;
  if (text.trim() === "") return;
  const bytes = Number(byId("check-bytes").value) || 10000;
  const answer = await fetch(`/check?bytes=${bytes}`, { method: "POST", body: text }).catch(() => null);
  if (mine !== asked) return;
  if (!answer?.ok) return trouble(answer ? (await answer.json()).error : "linocut does not answer: is it still running?");
  trouble("");
  const found = await answer.json();
  const parts = await sanitised(found.sanitised, found.bytes, found.valid);
  if (mine !== asked) return;
  const verdict = found.valid ? `Valid: ${count(found.bytes)} of ${count(found.limit)} bytes` : "Not valid";
  const problems = found.found === 1 ? "1 violation" : `${count(found.found)} violations`;
  byId("check-result").replaceChildren(
    el("p", { class: found.valid ? "verdict good" : "verdict bad" }, verdict),
    ...(found.valid ? [] : [places(problems, found.violations, found.found)]),
    ...parts,
  );
  say(found.valid ? verdict : `${verdict}: ${problems}`);
};

const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
};

// Takes a file over into the text.
export const openSvg = async (file) => {
  byId("svg-text").value = await file.text();
  await check();
};

export const setUpCheck = () => {
  byId("svg-text").addEventListener("input", soon);
  byId("check-bytes").addEventListener("input", soon);
  byId("svg-choose").addEventListener("click", () => byId("svg-file").click());
  byId("svg-file").addEventListener("change", ({ target }) => {
    if (target.files[0]) openSvg(target.files[0]);
    target.value = "";
  });
  return { settings: [], show: () => {}, rest: () => {} };
};

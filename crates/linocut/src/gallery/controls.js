// The controls, and the cards that follow them.

const cards = byElementId("cards");
const made = new Map();
const state = {
  view: VIEWS.length - 1,
  measure: -1,
  descending: false,
  words: [],
  low: null,
  high: null,
  failed: false,
};
let listed = [];

const cardOf = (shown) => {
  if (!made.has(shown)) {
    const li = shown.rows.length === 2 ? pairCard(shown) : card(shown);
    made.set(shown, li);
    nearby.observe(li);
  }
  return made.get(shown);
};

const focusCard = (shown) => made.get(shown)?.querySelector("button").focus();

const isFiltered = () => state.words.length > 0 || state.failed || state.low !== null || state.high !== null;

const showCards = () => {
  listed = chosen(state);
  const all = VIEWS[state.view].entries;
  cards.replaceChildren(...listed.map(cardOf));
  byElementId("count").textContent = isFiltered()
    ? `${count(listed.length)} of ${count(all.length)} shown`
    : `${count(all.length)} shown`;
  byElementId("reset").hidden = !isFiltered();
  byElementId("nothing").hidden = listed.length > 0;
  byElementId("nothing").textContent = all.length ? "Nothing matches these filters." : "This run has no rows yet.";
};

const showDirection = () => {
  const button = byElementId("direction");
  button.textContent = state.descending ? "↓" : "↑";
  button.setAttribute("aria-label", state.descending ? "Highest first; reverse" : "Lowest first; reverse");
  button.title = state.descending ? "highest first" : "lowest first";
};

const sortBy = (measure, descending) => {
  Object.assign(state, { measure, descending });
  byElementId("measure").value = measure;
  showDirection();
};

const showMeasures = ({ isPairs }) => {
  const options = MEASURES.map(({ name }, index) =>
    element("option", { value: index }, isPairs ? `difference in ${name}` : name),
  );
  byElementId("measure").replaceChildren(element("option", { value: -1 }, "id"), ...options);
};

// Empty limits show how far the scores go.
const showLimits = ({ entries }) => {
  const scores = entries.flatMap(({ rows }) => rows.map((row) => row?.score ?? null)).filter((score) => score !== null);
  const text = (value) => (scores.length ? value.toFixed(2) : "");
  byElementId("low").placeholder = text(scores.reduce((least, score) => Math.min(least, score), Infinity));
  byElementId("high").placeholder = text(scores.reduce((most, score) => Math.max(most, score), -Infinity));
};

const showView = (index) => {
  const view = VIEWS[index];
  state.view = index;
  cards.classList.toggle("pairs", view.isPairs);
  showMeasures(view);
  sortBy(view.isPairs ? 0 : -1, view.isPairs);
  const failed = view.entries.filter((shown) => shown.failed).length;
  byElementId("failed-text").textContent = `Failed only (${failed})`;
  byElementId("failed").disabled = failed === 0;
  if (failed === 0) byElementId("failed").checked = state.failed = false;
  showLimits(view);
  showSummary(view);
  showCards();
};

const showViews = () => {
  const segment = ({ name, side, isPairs }, index) => {
    const input = element("input", { type: "radio", name: "view", value: index, checked: index === state.view });
    input.addEventListener("change", () => showView(index));
    return element("label", {}, input, element("span", {}, ...(isPairs ? [name] : [named(side)])));
  };
  byElementId("views").append(...VIEWS.map(segment));
  byElementId("views").hidden = VIEWS.length < 2;
};

const limit = (id) => {
  const value = byElementId(id).valueAsNumber;
  return Number.isNaN(value) ? null : value;
};

const readFilters = () => {
  const words = folded(byElementId("words").value).split(/\s+/).filter(Boolean);
  Object.assign(state, { words, low: limit("low"), high: limit("high"), failed: byElementId("failed").checked });
  showCards();
};

for (const id of ["words", "low", "high", "failed"]) byElementId(id).addEventListener("input", readFilters);
byElementId("controls").addEventListener("submit", (event) => event.preventDefault());
byElementId("reset").addEventListener("click", (event) => {
  event.preventDefault();
  for (const id of ["words", "low", "high"]) byElementId(id).value = "";
  byElementId("failed").checked = false;
  readFilters();
  byElementId("words").focus();
});
byElementId("measure").addEventListener("change", ({ target }) => {
  sortBy(Number(target.value), Number(target.value) >= 0);
  showCards();
});
byElementId("direction").addEventListener("click", () => {
  sortBy(state.measure, !state.descending);
  showCards();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || zoom.open || event.target.matches("input, select")) return;
  event.preventDefault();
  byElementId("words").select();
});

showViews();
showView(state.view);

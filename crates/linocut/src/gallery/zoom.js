// One entry large, with all that is known of it.

const zoom = byElementId("zoom");
const zoomPictures = byElementId("zoom-pictures");
let zoomed = null;

const remarks = (row) => (row === null ? [] : [factLine(maker(row)), unused(row)]);

const figure = (row, side, isPair) => {
  const label = isPair ? element("figcaption", {}, named(side), ...remarks(row).filter(Boolean)) : null;
  return element("figure", {}, label, element("div", { class: "sheet" }, picture(row, false)));
};

const zoomFacts = (shown) => {
  if (shown.rows.length === 2) return [comparedTable(shown)];
  const [row] = shown.rows;
  const score =
    row.score === null
      ? null
      : element("p", { class: "head" }, element("b", { class: "score" }, SCORES[0].show(row.score)));
  return [score, partsOf(row), facts(row), unused(row)];
};

const showZoom = (shown) => {
  zoomed = shown;
  const place = listed.indexOf(shown);
  const isPair = shown.rows.length === 2;
  byElementId("zoom-place").textContent = `${shown.id} · ${place + 1} of ${listed.length}`;
  byElementId("zoom-title").textContent = shown.description;
  zoomPictures.replaceChildren(...shown.rows.map((row, side) => figure(row, side, isPair)));
  zoom.classList.toggle("pair", isPair);
  byElementId("zoom-facts").replaceChildren(...zoomFacts(shown).filter(Boolean));
  byElementId("zoom-previous").disabled = place <= 0;
  byElementId("zoom-next").disabled = place + 1 >= listed.length;
  magnify(false);
};

const openZoom = (shown) => {
  showZoom(shown);
  zoom.showModal();
  zoom.focus();
};

const stepZoom = (steps) => {
  const place = Math.min(listed.length - 1, Math.max(0, listed.indexOf(zoomed) + steps));
  if (listed[place] !== zoomed) showZoom(listed[place]);
};

// Three times as large, around a point given in shares of the picture. Both pictures of a pair show the same place.
const magnify = (isLarge, x = 0.5, y = 0.5) => {
  zoomPictures.classList.toggle("large", isLarge);
  byElementId("zoom-larger").setAttribute("aria-pressed", isLarge);
  for (const sheet of zoomPictures.querySelectorAll(".sheet")) {
    sheet.tabIndex = isLarge ? 0 : -1;
    sheet.scrollTo(x * sheet.scrollWidth - sheet.clientWidth / 2, y * sheet.scrollHeight - sheet.clientHeight / 2);
  }
};

const toggleMagnified = (x, y) => magnify(!zoomPictures.classList.contains("large"), x, y);

zoomPictures.addEventListener("click", ({ target, clientX, clientY }) => {
  if (target.tagName !== "IMG") return;
  const { left, top, width, height } = target.getBoundingClientRect();
  toggleMagnified((clientX - left) / width, (clientY - top) / height);
});

zoomPictures.addEventListener(
  "scroll",
  ({ target }) => {
    for (const sheet of zoomPictures.querySelectorAll(".sheet")) {
      if (sheet !== target) sheet.scrollTo(target.scrollLeft, target.scrollTop);
    }
  },
  true,
);

const ZOOM_KEYS = {
  ArrowLeft: () => stepZoom(-1),
  ArrowRight: () => stepZoom(1),
  ArrowUp: () => stepZoom(-1),
  ArrowDown: () => stepZoom(1),
  Home: () => stepZoom(-Infinity),
  End: () => stepZoom(Infinity),
  "+": () => magnify(true),
  "=": () => magnify(true),
  "-": () => magnify(false),
};

zoom.addEventListener("keydown", (event) => {
  const isScrolling = event.target.classList.contains("sheet") && event.key.startsWith("Arrow");
  if (event.ctrlKey || event.metaKey || event.altKey || isScrolling || !(event.key in ZOOM_KEYS)) return;
  event.preventDefault();
  ZOOM_KEYS[event.key]();
});
zoom.addEventListener("click", (event) => event.target === zoom && zoom.close());
zoom.addEventListener("close", () => focusCard(zoomed));
byElementId("zoom-previous").addEventListener("click", () => stepZoom(-1));
byElementId("zoom-next").addEventListener("click", () => stepZoom(1));
byElementId("zoom-close").addEventListener("click", () => zoom.close());
byElementId("zoom-larger").addEventListener("click", () => toggleMagnified());

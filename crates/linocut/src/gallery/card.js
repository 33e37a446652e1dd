// A card of one row.

const partsOf = (row) => {
  const values = SCORES.slice(1).filter((part) => part.of(row) !== null);
  const lines = values.map((part) =>
    element("div", {}, element("dt", {}, part.name), element("dd", {}, bar(part.of(row)), part.show(part.of(row)))),
  );
  return lines.length ? element("dl", { class: "parts" }, ...lines) : null;
};

// Who made it, and whether it is whole.
const maker = (row) => [row.origin, row.cut ? "cut short" : null].filter(Boolean);

const sizes = (row) =>
  MEASURES.filter((measure) => !measure.isScore && measure.of(row) !== null && row.svg !== null).map((measure) =>
    measure.show(measure.of(row)),
  );

const factLine = (said) => (said.length ? element("p", { class: "facts" }, said.join(" · ")) : null);

const facts = (row) => factLine([...sizes(row), ...maker(row)]);

const unused = (row) =>
  row.unused.length
    ? element("p", { class: "unused" }, "not shown: ", element("span", { dir: "auto" }, row.unused.join(", ")))
    : null;

const opener = (shown, label, ...children) => {
  const button = element("button", { type: "button", class: "picture", "aria-label": label }, ...children);
  button.addEventListener("click", () => openZoom(shown));
  return button;
};

const card = (shown) => {
  const [row] = shown.rows;
  const score = row.score === null ? "–" : SCORES[0].show(row.score);
  return element(
    "li",
    { class: "card", "data-id": row.id },
    opener(shown, `Enlarge ${row.id}: ${row.description}`, picture(row, true)),
    element(
      "div",
      { class: "text" },
      element(
        "p",
        { class: "head" },
        element("b", { class: "score", title: "score" }, score),
        element("span", { class: "id" }, row.id),
      ),
      element("p", { class: "description", dir: "auto" }, row.description),
      element("div", { class: "foot" }, partsOf(row), facts(row), unused(row)),
    ),
  );
};

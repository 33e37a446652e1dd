// A card of two rows of one id.

const SIDES = ["A", "B"];

const direction = (measure, change) => {
  if (!measure.isScore || change === null || Math.abs(change) < 5e-4) return "same";
  return change > 0 ? "better" : "worse";
};

const changeText = (measure, change) => (change === null ? "–" : measure.showChange(change));

// A line of the table: the measure, its two values, and the difference.
const comparedLine = (shown, measure) => {
  const change = valueOf(shown, measure);
  const values = shown.rows.map((row) =>
    row === null || measure.of(row) === null ? "–" : measure.show(measure.of(row)),
  );
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, measure.name),
    ...values.map((value) => element("td", {}, value)),
    element("td", { class: direction(measure, change) }, changeText(measure, change)),
  );
};

// The measures that either picture has.
const comparedTable = (shown) => {
  const isThere = (measure) => shown.rows.some((row) => row !== null && row.svg !== null && measure.of(row) !== null);
  const lines = MEASURES.filter(isThere).map((measure) => comparedLine(shown, measure));
  if (!lines.length) return null;
  const head = ["", ...SIDES, "B − A"].map((text) =>
    text ? element("th", { scope: "col" }, text) : element("td", {}),
  );
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...lines));
};

// The second row's description, if it is another one.
const otherDescription = ([a, b]) =>
  a && b && a.description !== b.description
    ? element(
        "p",
        { class: "description other", dir: "auto" },
        element("span", { class: "side" }, "B"),
        " ",
        b.description,
      )
    : null;

const pairCard = (shown) => {
  const change = valueOf(shown, SCORES[0]);
  const sides = shown.rows.map((row, side) =>
    element(
      "span",
      { class: "half" },
      picture(row, true),
      element("span", { class: "side", "aria-hidden": "true" }, SIDES[side]),
    ),
  );
  return element(
    "li",
    { class: "card pair", "data-id": shown.id },
    opener(shown, `Enlarge both of ${shown.id}: ${shown.description}`, ...sides),
    element(
      "div",
      { class: "text" },
      element(
        "p",
        { class: "head" },
        element(
          "b",
          { class: `score ${direction(SCORES[0], change)}`, title: "score, B less A" },
          changeText(SCORES[0], change),
        ),
        element("span", { class: "id" }, shown.id),
      ),
      element("p", { class: "description", dir: "auto" }, shown.description),
      otherDescription(shown.rows),
      comparedTable(shown),
    ),
  );
};

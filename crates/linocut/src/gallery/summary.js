// Above the cards: figures of a run, or the differences of two with their intervals.

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

const counted = (amount, one, many) => `${count(amount)} ${amount === 1 ? one : many}`;

// A figure over the rows that have a value.
const overall = (name, compute, measure, rows) => {
  const values = rows.map(measure.of).filter((value) => value !== null);
  return values.length ? `${name} ${measure.show(compute(values))}` : null;
};

const runFigures = ({ rows }) => {
  const drawn = rows.filter((row) => row.svg !== null);
  const failed = rows.length - drawn.length;
  const [bytes, time] = MEASURES.slice(-2);
  return [
    counted(drawn.length, "picture", "pictures"),
    failed ? `${count(failed)} failed` : null,
    overall("mean score", mean, SCORES[0], drawn),
    overall("median size", median, bytes, drawn),
    overall("median time", median, time, drawn),
  ]
    .filter(Boolean)
    .join(" · ");
};

const named = (side) =>
  element(
    "span",
    { class: "run" },
    element("span", { class: "side" }, SIDES[side]),
    " ",
    element("bdi", {}, runs[side].name),
  );

const unpaired = () => {
  const alone = [
    comparison.pairs.filter(([, b]) => b === null).length,
    comparison.pairs.filter(([a]) => a === null).length,
  ];
  const said = alone.map((amount, side) => (amount ? `${count(amount)} only in ${SIDES[side]}` : null)).filter(Boolean);
  return said.length ? [said.join(", ")] : [];
};

// An interval on an axis from -reach to reach.
const interval = ({ mean, low, high }, reach, way) => {
  const at = (value) => percent((value / reach + 1) / 2);
  const made = element(
    "span",
    { class: `interval ${way}`, "aria-hidden": "true" },
    element("i", { class: "span" }),
    element("i", { class: "mean" }),
  );
  for (const [name, value] of Object.entries({ "--low": at(low), "--high": at(high), "--mean": at(mean) }))
    made.style.setProperty(name, value);
  return made;
};

// An interval around zero says neither way.
const verdict = ({ low, high }) => (low > 0 ? "better" : high < 0 ? "worse" : "same");

// Changes with two digits that count for the widest interval, and three decimals at least.
const changes = (reach) => {
  const digits = Math.min(6, Math.max(3, 1 + Math.ceil(-Math.log10(reach))));
  return number({ minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero" });
};

const differenceLine = (measure, found, reach) => {
  const showChange = changes(reach);
  const spread = `${showChange(found.low)} to ${showChange(found.high)}`;
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, measure.name),
    element("td", { class: `change ${verdict(found)}` }, showChange(found.mean)),
    element("td", { class: "axis" }, interval(found, reach, verdict(found))),
    element("td", {}, spread),
    element("td", {}, `${found.higher}`),
    element("td", {}, `${found.lower}`),
    element("td", {}, `${found.equal}`),
  );
};

const differenceTable = () => {
  const found = comparison.differences
    .map((difference, index) => [SCORES[index], difference])
    .filter(([, { pairs }]) => pairs);
  if (!found.length) return element("p", {}, "No row has a score in both runs.");
  const reach = Math.max(1e-9, ...found.flatMap(([, { low, high }]) => [Math.abs(low), Math.abs(high)])) * 1.08;
  const heads = ["", "B − A", "", "95 % interval", "B higher", "A higher", "equal"];
  return element(
    "table",
    {},
    element(
      "caption",
      {},
      "Mean difference ",
      named(1),
      " less ",
      named(0),
      ` over ${counted(found[0][1].pairs, "pair", "pairs")}`,
    ),
    element(
      "thead",
      {},
      element("tr", {}, ...heads.map((text) => (text ? element("th", { scope: "col" }, text) : element("td", {})))),
    ),
    element("tbody", {}, ...found.map(([measure, difference]) => differenceLine(measure, difference, reach))),
  );
};

const showSummary = (view) => {
  const title = view.isPairs
    ? [named(0), element("span", { class: "versus" }, " and "), named(1)]
    : [element("bdi", {}, view.name)];
  byElementId("title").replaceChildren(...title);
  document.title = `${runs.map((run) => run.name).join(" and ")} · linocut gallery`;
  const pairs = view.isPairs
    ? [counted(view.entries.length, "description", "descriptions"), ...unpaired()].join(" · ")
    : "";
  byElementId("figures").textContent = view.isPairs ? pairs : runFigures(runs[view.side]);
  const sides = view.isPairs ? runs : [runs[view.side]];
  byElementId("notes").replaceChildren(
    ...sides.flatMap((run) => run.notes.map((note) => element("li", {}, `${run.name}: ${note}`))),
  );
  byElementId("summary").hidden = !view.isPairs;
  byElementId("summary").replaceChildren(...(view.isPairs ? [differenceTable()] : []));
};

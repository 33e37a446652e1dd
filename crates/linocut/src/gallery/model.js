// What there is to show: measures, entries (a row, or a pair of rows), and which of them in which order.

const { parts, runs, comparison } = JSON.parse(document.getElementById("data").textContent);

const number = (options) => {
  const format = new Intl.NumberFormat("en", options);
  return (value) => format.format(value).replace("-", "−");
};
const count = number({ maximumFractionDigits: 0 });
const points = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
const tenths = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const whole = { maximumFractionDigits: 0 };

// A measure of a row: how to get it, to show it, and to show a difference of two.
const measure = (name, digits, unit, of, isScore) => {
  const [plain, signed] = [number(digits), number({ ...digits, signDisplay: "exceptZero" })];
  return { name, unit, of, isScore, show: (value) => plain(value) + unit, showChange: (value) => signed(value) + unit };
};

const SCORES = [
  measure("score", points, "", (row) => row.score, true),
  ...parts.map((name, index) => measure(name, points, "", (row) => row.parts[index], true)),
];
const MEASURES = [
  ...SCORES,
  measure("bytes", whole, " B", (row) => row.bytes, false),
  measure("seconds", tenths, " s", (row) => row.seconds, false),
];

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const searchable = (rows) =>
  folded(rows.flatMap((row) => [row.id, row.description, row.origin ?? "", ...row.unused, row.error ?? ""]).join("\n"));

// `rows` has one row, or two of one id, of which one may be null.
const entry = (rows, index) => {
  const there = rows.filter(Boolean);
  return {
    rows,
    index,
    id: there[0].id,
    description: there[0].description,
    words: searchable(there),
    failed: there.some((row) => row.error !== null),
  };
};

const VIEWS = runs.map((run, side) => ({
  name: run.name,
  side,
  isPairs: false,
  entries: run.rows.map((row, index) => entry([row], index)),
}));
if (comparison) {
  const row = (side, index) => (index === null ? null : runs[side].rows[index]);
  const entries = comparison.pairs.map(([a, b], index) => entry([row(0, a), row(1, b)], index));
  VIEWS.push({ name: "Compare", side: null, isPairs: true, entries });
}

// The value by which an entry is sorted: of its row, or the second's less the first's; null if there is none.
const valueOf = ({ rows: [a, b] }, { of }) => {
  if (b === undefined) return of(a);
  return a && b && of(a) !== null && of(b) !== null ? of(b) - of(a) : null;
};

const inRange = (row, low, high) => row !== null && row.score !== null && row.score >= low && row.score <= high;

const isKept = (shown, state) =>
  state.words.every((word) => shown.words.includes(word)) &&
  (!state.failed || shown.failed) &&
  ((state.low === null && state.high === null) ||
    shown.rows.some((row) => inRange(row, state.low ?? -Infinity, state.high ?? Infinity)));

const collator = new Intl.Collator("en", { numeric: true });
const byId = (a, b) => collator.compare(a.id, b.id) || a.index - b.index;

// What has no value comes last, in either direction.
const byMeasure = (measure, sign) => (a, b) => {
  const [x, y] = [valueOf(a, measure), valueOf(b, measure)];
  if (x === null || y === null) return (x === null) - (y === null) || byId(a, b);
  return sign * (x - y) || byId(a, b);
};

// The entries that a state asks for. Its measure is an index into MEASURES, or -1 for the id.
const chosen = (state) => {
  const sign = state.descending ? -1 : 1;
  const order = state.measure < 0 ? (a, b) => sign * byId(a, b) : byMeasure(MEASURES[state.measure], sign);
  return VIEWS[state.view].entries.filter((shown) => isKept(shown, state)).sort(order);
};

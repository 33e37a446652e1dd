//! Builds the HTML page: our own markup, style and script around the data.

use serde::Serialize;

use super::STYLE;
use super::comparison::Comparison;
use super::log::Run;
use super::row::Row;

/// All before the data. The style and the script carry a nonce, so that nothing else on the page is ever one.
const HEAD: [&str; 5] = [
    concat!(include_str!("head.html"), "<style nonce=\"linocut\">\n"),
    STYLE,
    concat!(include_str!("compare.css"), include_str!("zoom.css"), "</style>\n"),
    include_str!("body.html"),
    "<script type=\"application/json\" id=\"data\">",
];

/// All after the data.
const TAIL: &str = concat!(
    "</script>\n<script nonce=\"linocut\">\n\"use strict\";\n\n",
    include_str!("model.js"),
    include_str!("element.js"),
    include_str!("card.js"),
    include_str!("pair.js"),
    include_str!("summary.js"),
    include_str!("zoom.js"),
    include_str!("controls.js"),
    "</script>\n</html>\n",
);

/// Most parts of a score on a page; those that appear later are left out.
const MAX_PARTS: usize = 32;

/// What the script is given.
#[derive(Serialize)]
struct Data<'a> {
    /// Names of the parts of the score, in the order of first appearance.
    parts: Vec<&'a str>,
    runs: Vec<RunData<'a>>,
    comparison: Option<Comparison>,
}

#[derive(Serialize)]
struct RunData<'a> {
    name: &'a str,
    notes: &'a [String],
    rows: Vec<RowData<'a>>,
}

#[derive(Serialize)]
struct RowData<'a> {
    id: &'a str,
    description: &'a str,
    score: Option<f64>,
    /// In the order of the names.
    parts: Vec<Option<f64>>,
    bytes: Option<usize>,
    seconds: Option<f64>,
    origin: Option<&'a str>,
    unused: &'a [String],
    cut: bool,
    /// Why there is no picture, or none that can be shown.
    error: Option<&'a str>,
    svg: Option<&'a str>,
}

/// The page of one run, or of two.
pub(super) fn page(run: &Run, other: Option<&Run>) -> String {
    let runs: Vec<&Run> = std::iter::once(run).chain(other).collect();
    let parts = part_names(&runs);
    let comparison = other.map(|other| Comparison::of(run, other, &parts));
    let runs = runs.iter().map(|run| run_data(run, &parts)).collect();
    let data = serde_json::json!(Data { parts, runs, comparison });
    [&HEAD.concat(), &escaped(&data.to_string()), TAIL].concat()
}

/// JSON as the text of a `<script>` element: with no `<` in it, nothing there ends the element or begins a comment.
fn escaped(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn part_names<'a>(runs: &[&'a Run]) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (name, _) in runs.iter().flat_map(|run| &run.rows).flat_map(|row| &row.record.scores) {
        if names.len() < MAX_PARTS && !names.contains(&name.as_ref()) {
            names.push(name.as_ref());
        }
    }
    names
}

fn run_data<'a>(run: &'a Run, parts: &[&str]) -> RunData<'a> {
    let rows = run.rows.iter().map(|row| row_data(row, parts)).collect();
    RunData { name: &run.name, notes: &run.notes, rows }
}

fn row_data<'a>(row: &'a Row, parts: &[&str]) -> RowData<'a> {
    RowData {
        id: &row.record.id,
        description: &row.record.description,
        score: row.record.score,
        parts: parts.iter().map(|part| row.record.part(part)).collect(),
        bytes: row.record.bytes,
        seconds: row.record.seconds,
        origin: row.record.origin.as_deref(),
        unused: &row.record.unused_words,
        cut: row.record.cut_short,
        error: row.record.error.as_deref().or(row.problem.as_deref()),
        svg: row.svg.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rows: &[serde_json::Value]) -> Run {
        let rows = rows
            .iter()
            .map(|row| Row { record: serde_json::from_value(row.clone()).unwrap(), ..Row::default() })
            .collect();
        Run { name: "run".to_owned(), rows, notes: Vec::new() }
    }

    fn described(description: &str) -> Run {
        run(&[serde_json::json!({ "id": "a", "description": description, "scores": { "likeness": 0.5 } })])
    }

    /// The data of a page, taken as a browser takes it: up to the first end of a script.
    fn data(page: &str) -> serde_json::Value {
        let (_, rest) = page.split_once(r#"<script type="application/json" id="data">"#).unwrap();
        let (json, _) = rest.split_once("</script").unwrap();
        assert!(!json.contains('<'), "{json}");
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn texts_arrive_whatever_is_in_them() {
        for text in [
            "</script><script>alert(1)</script>",
            "</SCRIPT >",
            "<!-- <script>",
            "\"double\" and 'single' quotes, \\ and \\u003c",
            "🦊 海辺の灯台 \u{202e}\u{2028}\0\n]]>",
            "<img src=x onerror=alert(1)> & &lt;",
        ] {
            let page = page(&described(text), None);
            assert_eq!(data(&page)["runs"][0]["rows"][0]["description"], text);
            assert_eq!(page.matches("</script").count(), 2, "{text}");
        }
    }

    #[test]
    fn svgs_are_data_and_no_part_of_the_document() {
        let mut run = described("a boat");
        let svg = "<svg onload=\"alert(1)\"><script>alert(2)</script></svg>";
        run.rows[0].svg = Some(svg.to_owned());
        let page = page(&run, None);
        assert_eq!(data(&page)["runs"][0]["rows"][0]["svg"], svg);
        assert!(!page.contains("<svg"));
    }

    #[test]
    fn the_page_asks_for_nothing_from_elsewhere() {
        let page = page(&described("a boat"), Some(&described("a boat")));
        for reference in ["http:", "https:", "//www", " src=", " href=", "@import", "url(", "import("] {
            assert!(!page.contains(reference), "{reference}");
        }
    }

    #[test]
    fn equal_runs_give_equal_bytes() {
        let page = |seed: f64| {
            page(&described("a"), Some(&run(&[serde_json::json!({ "id": "a", "description": "a", "score": seed })])))
        };
        assert_eq!(page(0.5), page(0.5));
        assert_ne!(page(0.5), page(0.25));
    }

    #[test]
    fn parts_are_lined_up_over_all_rows_of_both_runs() {
        let first = run(&[serde_json::json!({ "id": "a", "description": "", "scores": { "z": 0.5 } })]);
        let second = run(&[serde_json::json!({ "id": "a", "description": "", "scores": { "b": 0.25, "z": null } })]);
        let data = data(&page(&first, Some(&second)));
        assert_eq!(data["parts"], serde_json::json!(["z", "b"]));
        assert_eq!(data["runs"][0]["rows"][0]["parts"], serde_json::json!([0.5, null]));
        assert_eq!(data["runs"][1]["rows"][0]["parts"], serde_json::json!([null, 0.25]));
    }

    #[test]
    fn a_score_of_countless_parts_is_cut() {
        let parts: serde_json::Map<_, _> = (0..10_000).map(|i| (format!("part {i}"), 0.5.into())).collect();
        let run = run(&[serde_json::json!({ "id": "a", "description": "", "scores": parts })]);
        assert_eq!(data(&page(&run, None))["parts"].as_array().map(Vec::len), Some(MAX_PARTS));
    }

    #[test]
    fn an_empty_run_is_a_page_too() {
        let data = data(&page(&run(&[]), Some(&run(&[]))));
        assert_eq!(data["runs"][0]["rows"], serde_json::json!([]));
        assert_eq!(data["comparison"]["differences"][0]["pairs"], 0);
    }
}

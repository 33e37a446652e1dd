//! Compares order, seeds, formulas and means with Python's, on the rows in `fixtures/score/contest`.

#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read fails the test")]

use linocut_core::Question;
use linocut_score::contest::metric::{Entry, Metric, Quiz};
use linocut_score::contest::{ContestScore, Formula, Parts, Recipe};

const EXPECTED: &str = include_str!("../../../fixtures/score/contest/expected.tsv");
const DOCUMENT: &str = include_str!("../../../docs/metric.md");
const SVG: &str = r#"<svg viewBox="0 0 9 9"/>"#;

fn rows() -> Vec<Vec<&'static str>> {
    EXPECTED.lines().skip(1).map(|line| line.split('\t').collect()).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn entry(id: &str) -> Entry {
    let question = Question { text: "?".to_owned(), choices: vec!["yes".to_owned()], answer: 0 };
    let quiz = Quiz { id: id.to_owned(), description: String::new(), questions: vec![question] };
    Entry { svg: SVG.to_owned(), quiz }
}

fn score(formula: &Formula, row: &[&str]) -> f64 {
    let answers: Vec<f64> = row[2].split(' ').map(number).collect();
    let vqa = answers.iter().sum::<f64>() / answers.len() as f64;
    let text = formula.text_score(row[4].chars().count());
    formula.combine(&Parts::deployed(vqa, number(row[3]), text)).unwrap()
}

#[test]
fn rows_have_the_order_and_seeds_of_the_reference() {
    let mut expected = rows();
    expected.retain(|row| row[0] != "mean");
    let entries: Vec<Entry> = expected.iter().rev().map(|row| entry(row[0])).collect();
    let metric = Metric::new(ContestScore::default());
    let planned = metric.plan(&entries).unwrap();
    assert_eq!(planned.len(), 15);
    for ((planned, _), row) in planned.iter().zip(expected) {
        assert_eq!((planned.entry.quiz.id.as_str(), planned.seed), (row[0], row[1].parse().unwrap()));
    }
}

#[test]
fn formulas_and_means_are_those_of_the_reference() {
    let rows = rows();
    let (means, rows) = rows.split_last().unwrap();
    for (column, recipe) in [Recipe::DEPLOYED, Recipe::SECOND, Recipe::HARMONIC].iter().enumerate() {
        let found: Vec<f64> = rows.iter().map(|row| score(&recipe.formula, row)).collect();
        for (row, found) in rows.iter().zip(&found) {
            assert!((found - number(row[5 + column])).abs() < 1e-12, "{}: {found}", row[0]);
        }
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        assert!((mean - number(means[5 + column])).abs() < 1e-12);
    }
}

#[test]
fn the_documented_scores_of_a_constant_picture_follow_from_its_parts() {
    let presets = [Recipe::DEPLOYED, Recipe::FIRST, Recipe::SECOND, Recipe::HARMONIC];
    for (name, recipe) in ["deployed", "first", "second", "harmonic"].iter().zip(presets) {
        let row = DOCUMENT.lines().find(|line| line.starts_with(&format!("| {name} | "))).unwrap();
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let assumed = |part: &str| cells[2].split(", ").find_map(|value| value.strip_prefix(part)).map(number);
        let parts =
            Parts { vqa: assumed("V "), aesthetic: assumed("A "), text: assumed("O "), similarity: assumed("S ") };
        let score = recipe.formula.combine(&parts).unwrap();
        assert!((score - number(cells[3])).abs() <= 5e-5, "{name}: {score}");
    }
}

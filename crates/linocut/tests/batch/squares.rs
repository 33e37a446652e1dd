//! A stand-in for a pipeline, and what its folder must hold.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;
use linocut::batch::{Row, Summary};
use linocut::core::derive_seed;
use linocut::pipeline::Timings;
use linocut::svg::{Color, Geometry, Shape};
use linocut::{
    Batch, BatchOptions, Candidate, Drawing, Effort, Maker, Origin, Outcome, PipelineError, Profile, Prompt, Scores,
    Stop, check,
};

/// A picture of many squares that depends on the description.
pub(crate) fn drawing(prompt: &Prompt) -> Drawing {
    let number =
        |i| derive_seed(prompt.text.bytes().fold(prompt.seed + 1, |sum, byte| sum * 31 % 9973 + u64::from(byte)), i);
    let square = |i| {
        let (x, y) = ((number(i) % 90) as i32, (number(i) / 90 % 90) as i32);
        Shape::filled(Geometry::rect(x, y, 10, 10), Color::from_hex((number(i) >> 20) as u32 & 0xff_ffff))
    };
    Drawing { shapes: (1..100).map(square).collect(), ..Drawing::new(100, 100) }
}

pub(crate) fn outcome(prompt: &Prompt, picture: Option<Arc<RgbImage>>) -> Outcome {
    let drawing = drawing(prompt);
    let candidate = Candidate {
        origin: Origin { maker: Maker::Drawer("squares".to_owned()), generator: None, index: 0, seed: prompt.seed },
        effort: Effort::Full,
        svg: check(drawing.write().as_str(), &Profile::CONTEST).unwrap(),
        drawing,
        image: RgbImage::new(1, 1),
        picture,
        unused_words: Vec::new(),
        scores: Scores { total: 0.75, parts: vec![("likeness".into(), 0.5), ("coverage".into(), 1.0)] },
    };
    Outcome {
        candidates: vec![candidate],
        best: 0,
        failures: Vec::new(),
        cut_short: false,
        timings: Timings::default(),
        elapsed: Duration::ZERO,
    }
}

pub(crate) fn squares(prompt: &Prompt, _: &Stop) -> Result<Outcome, PipelineError> {
    Ok(outcome(prompt, None))
}

pub(crate) fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|i| Row::new(format!("id{i:03}"), format!("a boat, number {i}"))).collect()
}

pub(crate) fn batch(out: &Path) -> Batch {
    Batch::new(out, BatchOptions::default())
}

pub(crate) fn run(out: &Path, rows: &[Row]) -> Summary {
    batch(out).run(rows, squares, &Stop::never(), |_| {}).unwrap()
}

/// The lines of the log.
pub(crate) fn results(out: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(out.join("results.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn finished(out: &Path) -> Vec<String> {
    results(out).iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

/// Asserts that the folder holds each row once, whole, and nothing unfinished.
pub(crate) fn assert_complete(out: &Path, rows: &[Row]) {
    let mut ids = finished(out);
    ids.sort();
    assert_eq!(ids, rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>());
    for line in results(out) {
        let text = fs::read_to_string(out.join(line["file"].as_str().unwrap())).unwrap();
        check(&text, &Profile::CONTEST).unwrap();
        assert_eq!(line["bytes"].as_u64().unwrap(), text.len() as u64);
        let prompt = Prompt::new(line["description"].as_str().unwrap(), 0);
        assert_eq!(text, drawing(&prompt).write().as_str());
    }
    assert_eq!(fs::read_dir(out).unwrap().count(), rows.len() + 2, "there is a file too many");
}

//! What is known of one picture, and the table with a line for each.

use std::path::Path;

use linocut::suite::Kind;

use crate::failure::{Failed, Failure};
use crate::named_values::NamedValues;

/// What is known of one picture.
pub(super) struct Evaluated {
    pub(super) id: String,
    pub(super) seed: u64,
    pub(super) description: String,
    pub(super) bytes: usize,
    pub(super) seconds: f64,
    pub(super) scores: NamedValues,
    pub(super) coverage: f64,
    /// What a suite asks for there.
    pub(super) kind: Option<Kind>,
    /// Whether the judge picks its description among others, 0 or 1; 1 / n where it finds n of them equally likely.
    pub(super) matched: f64,
    /// Whether PaliGemma says yes to all questions of a suite's item, if it is there.
    pub(super) affirmed: Option<bool>,
    pub(super) plain: Text,
    pub(super) decoyed: Text,
}

/// What OCR finds in the picture that the metric would show it.
pub(super) struct Text {
    pub(super) read: String,
    pub(super) boxes: usize,
    pub(super) score: f64,
}

const COLUMNS: [&str; 14] = [
    "id",
    "seed",
    "description",
    "bytes",
    "seconds",
    "coverage",
    "kind",
    "matched",
    "affirmed",
    "text",
    "boxes",
    "decoyed text",
    "decoyed boxes",
    "scores",
];

/// Writes the table.
pub(super) fn write(path: &Path, pictures: &[Evaluated]) -> Result<(), Failed> {
    let mut table = csv::Writer::from_path(path).map_err(Failure::io("write", path))?;
    table.write_record(COLUMNS)?;
    for picture in pictures {
        table.write_record(line(picture))?;
    }
    Ok(table.flush().map_err(Failure::io("write", path))?)
}

fn line(picture: &Evaluated) -> [String; 14] {
    let scores: Vec<String> = picture.scores.0.iter().map(|(name, value)| format!("{name} {value:.4}")).collect();
    [
        picture.id.clone(),
        picture.seed.to_string(),
        picture.description.clone(),
        picture.bytes.to_string(),
        format!("{:.3}", picture.seconds),
        format!("{:.3}", picture.coverage),
        picture.kind.map(|kind| kind.to_string()).unwrap_or_default(),
        format!("{:.2}", picture.matched),
        picture.affirmed.map(|yes| yes.to_string()).unwrap_or_default(),
        picture.plain.read.clone(),
        picture.plain.boxes.to_string(),
        picture.decoyed.read.clone(),
        picture.decoyed.boxes.to_string(),
        scores.join("; "),
    ]
}

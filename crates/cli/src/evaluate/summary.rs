//! Figures over all pictures, as a Markdown table or JSON.

use std::fmt;

use serde::Serialize;

use super::evaluated::{Evaluated, Text};
use super::lookers::OTHERS;

/// Two figures of the same values.
#[derive(Serialize)]
struct Spread {
    median: f64,
    most: f64,
}

/// The text that OCR finds in all pictures.
#[derive(Serialize)]
struct Texts {
    /// Share of pictures in which text is recognised.
    recognised: f64,
    /// Share of pictures whose O(pp-ocr) is below 1.
    below_1: f64,
    /// Mean number of boxes that look like text.
    boxes: f64,
}

/// What is known of all pictures.
#[derive(Serialize)]
pub(super) struct Summary {
    pictures: usize,
    failures: Vec<String>,
    bytes: Spread,
    seconds: Spread,
    coverage_median: f64,
    coverage_mean: f64,
    /// Share of pictures whose description the judge picks among eight.
    picked: f64,
    without_decoy: Texts,
    with_decoy: Texts,
    cut_short: bool,
}

impl Summary {
    pub(super) fn new(pictures: &[Evaluated], failures: Vec<String>, cut_short: bool) -> Self {
        let spread = |of: fn(&Evaluated) -> f64| Spread { median: median(pictures, of), most: most(pictures, of) };
        Self {
            pictures: pictures.len(),
            failures,
            bytes: spread(|picture| picture.bytes as f64),
            seconds: spread(|picture| picture.seconds),
            coverage_median: median(pictures, |picture| picture.coverage),
            coverage_mean: mean(pictures, |picture| picture.coverage),
            picked: mean(pictures, |picture| share(picture.matched)),
            without_decoy: Texts::of(pictures, |picture| &picture.plain),
            with_decoy: Texts::of(pictures, |picture| &picture.decoyed),
            cut_short,
        }
    }
}

impl Texts {
    fn of(pictures: &[Evaluated], text: fn(&Evaluated) -> &Text) -> Self {
        Self {
            recognised: mean(pictures, |picture| share(!text(picture).read.is_empty())),
            below_1: mean(pictures, |picture| share(text(picture).score < 1.0)),
            boxes: mean(pictures, |picture| text(picture).boxes as f64),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, seconds, .. } = self;
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        if self.cut_short {
            writeln!(f, "cut short: figures of the pictures that were finished by then\n")?;
        }
        writeln!(f, "| | |\n|---|---|")?;
        writeln!(f, "| pictures | {} |", self.pictures)?;
        writeln!(f, "| failures | {} |", self.failures.len())?;
        writeln!(f, "| bytes, median and most | {:.0}, {:.0} |", bytes.median, bytes.most)?;
        writeln!(f, "| seconds, median and most | {:.2}, {:.2} |", seconds.median, seconds.most)?;
        writeln!(f, "| coverage, median and mean | {:.3}, {:.3} |", self.coverage_median, self.coverage_mean)?;
        write!(f, "| picked among {} by the judge | {:.1} % |", OTHERS + 1, 100.0 * self.picked)?;
        for (name, texts) in [("without", &self.without_decoy), ("with", &self.with_decoy)] {
            write!(f, "\n| {name} decoy: text recognised | {:.1} % |", 100.0 * texts.recognised)?;
            write!(f, "\n| {name} decoy: O(pp-ocr) below 1 | {:.1} % |", 100.0 * texts.below_1)?;
            write!(f, "\n| {name} decoy: boxes a picture | {:.2} |", texts.boxes)?;
        }
        Ok(())
    }
}

fn share(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn mean(pictures: &[Evaluated], of: impl Fn(&Evaluated) -> f64) -> f64 {
    pictures.iter().map(of).sum::<f64>() / pictures.len().max(1) as f64
}

fn most(pictures: &[Evaluated], of: impl Fn(&Evaluated) -> f64) -> f64 {
    pictures.iter().map(of).fold(0.0, f64::max)
}

/// The middle value, of an even number the upper one; 0 of none.
fn median(pictures: &[Evaluated], of: impl Fn(&Evaluated) -> f64) -> f64 {
    let mut values: Vec<f64> = pictures.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

//! Figures over all pictures, as a Markdown table or JSON.

use std::fmt;

use linocut::suite::Kind;
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
    /// The same by what a suite asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<OfKind>,
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
            picked: mean(pictures, |picture| picture.matched),
            kinds: Kind::ALL.into_iter().filter_map(|kind| OfKind::new(pictures, kind)).collect(),
            without_decoy: Texts::of(pictures, |picture| &picture.plain),
            with_decoy: Texts::of(pictures, |picture| &picture.decoyed),
            cut_short,
        }
    }
}

/// Pictures of one kind of a suite.
#[derive(Serialize)]
struct OfKind {
    kind: String,
    pictures: usize,
    /// Share picked by the judge, and the ends of its 95 % interval.
    picked: [f64; 3],
    /// Share of which PaliGemma says yes to every question, and the ends of its 95 % interval.
    affirmed: Option<[f64; 3]>,
}

impl OfKind {
    fn new(pictures: &[Evaluated], kind: Kind) -> Option<Self> {
        let of: Vec<&Evaluated> = pictures.iter().filter(|picture| picture.kind == Some(kind)).collect();
        let affirmed: Option<Vec<f64>> = of.iter().map(|picture| picture.affirmed.map(share)).collect();
        let matched: Vec<f64> = of.iter().map(|picture| picture.matched).collect();
        (!of.is_empty()).then(|| Self {
            kind: kind.to_string(),
            pictures: of.len(),
            picked: interval(&matched),
            affirmed: affirmed.map(|affirmed| interval(&affirmed)),
        })
    }
}

/// A share, and the ends of its 95 % interval (Wilson 1927).
fn interval(values: &[f64]) -> [f64; 3] {
    const Z: f64 = 1.96;
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let (scale, middle) = (1.0 + Z * Z / count, mean + Z * Z / (2.0 * count));
    let half = Z * (mean * (1.0 - mean) / count + Z * Z / (4.0 * count * count)).sqrt();
    [mean, (middle - half) / scale, (middle + half) / scale]
}

impl fmt::Display for OfKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent =
            |[mean, low, high]: [f64; 3]| format!("{:.0} % ({:.0} to {:.0})", 100.0 * mean, 100.0 * low, 100.0 * high);
        let affirmed = self.affirmed.map_or_else(|| "not asked".to_owned(), percent);
        write!(f, "| {} | {} | {} | {affirmed} |", self.kind, self.pictures, percent(self.picked))
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
        if !self.kinds.is_empty() {
            let chance = 100.0 / (OTHERS + 1) as f64;
            write!(
                f,
                "\n\n| asked for | pictures | picked by the judge (chance {chance:.1} %) | PaliGemma says yes |\n|---|---|---|---|"
            )?;
        }
        self.kinds.iter().try_for_each(|kind| write!(f, "\n{kind}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_wilson() {
        // R's prop.test(8, 10, correct = FALSE).
        let [mean, low, high] = interval(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
        assert!((mean - 0.8).abs() < 1e-12 && (low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4);
        assert!(interval(&[0.0; 20])[1].abs() < 1e-12);
    }
}

//! What each touch changes in each part, over all descriptions.

use std::fmt;
use std::path::PathBuf;

use linocut::report::PairedDifference;
use serde::Serialize;

use super::study::{Failure, Found};
use super::touch::Touch;

/// The part that is no score but a length.
const BYTES: &str = "bytes";

/// What a touch changes in a part: the value with it less the value without it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Difference {
    touch: Touch,
    part: String,
    mean: f64,
    /// Ends of the 95 % interval of the mean.
    low: f64,
    high: f64,
    /// Number of descriptions.
    pairs: usize,
}

/// All differences, by touch and part.
pub(super) fn differences(touches: &[Touch], found: &[Found<'_>], seed: u64) -> Vec<Difference> {
    let parts = found.first().map_or(&[][..], |found| &found.without.0);
    let of = |(index, touch): (usize, &Touch)| {
        let touch = *touch;
        parts.iter().enumerate().filter_map(move |(part, (name, _))| {
            let (with, without) = means(found, index, part);
            let PairedDifference { mean, low, high, pairs } = PairedDifference::of(&with, &without, seed)?;
            Some(Difference { touch, part: name.to_string(), mean, low, high, pairs })
        })
    };
    touches.iter().enumerate().flat_map(of).collect()
}

/// The values of a part with a touch and without, the mean of each description's pictures.
fn means(found: &[Found<'_>], touch: usize, part: usize) -> (Vec<f64>, Vec<f64>) {
    let mean = |pictures: &[Found<'_>], value: &dyn Fn(&Found<'_>) -> f64| {
        pictures.iter().map(value).sum::<f64>() / pictures.len() as f64
    };
    let descriptions = found.chunk_by(|a, b| std::ptr::eq(a.case.row, b.case.row));
    descriptions
        .map(|pictures| (mean(pictures, &|f| f.with[touch].0[part].1), mean(pictures, &|f| f.without.0[part].1)))
        .unzip()
}

/// The differences of scores with their labels; a length has another scale.
pub(super) fn plotted(differences: &[Difference]) -> Vec<(String, PairedDifference)> {
    let scores = differences.iter().filter(|difference| difference.part != BYTES);
    let labelled = |difference: &Difference| {
        let Difference { touch, part, mean, low, high, pairs } = difference.clone();
        (format!("{touch}: {part}"), PairedDifference { mean, low, high, pairs })
    };
    scores.map(labelled).collect()
}

/// What the study found.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) differences: Vec<Difference>,
    pub(super) failures: Vec<Failure>,
    pub(super) written: Vec<PathBuf>,
    pub(super) cut_short: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| touch | part | mean difference | 95 % interval | pairs |\n|---|---|--:|--:|--:|")?;
        for Difference { touch, part, mean, low, high, pairs } in &self.differences {
            let places = if part == BYTES { 1 } else { 4 };
            write!(f, "\n| {touch} | {part} | {mean:+.places$} | {low:+.places$} to {high:+.places$} | {pairs} |")?;
        }
        let failures = self.failures.iter().map(|Failure { id, error }| format!("{id}: {error}"));
        let written = self.written.iter().map(|path| format!("wrote {}", path.display()));
        let cut = self.cut_short.then(|| "cut short: only what was finished by then is compared".to_owned());
        let notes: Vec<String> = failures.chain(cut).chain(written).collect();
        if notes.is_empty() { Ok(()) } else { write!(f, "\n\n{}", notes.join("\n")) }
    }
}

#[cfg(test)]
mod tests {
    use linocut::batch::Row;

    use super::*;
    use crate::ablate::study::Case;
    use crate::named_values::NamedValues;

    #[test]
    fn a_pair_is_a_description_whatever_the_number_of_its_pictures() {
        let rows = [Row::new("a", "boat"), Row::new("b", "tree")];
        let cases: Vec<Case<'_>> = Case::all(&rows, 2, 0);
        let of = |case, with, without| Found {
            case,
            without: NamedValues(vec![("total".into(), without), (BYTES.into(), 100.0)]),
            with: vec![NamedValues(vec![("total".into(), with), (BYTES.into(), 160.0)])],
        };
        let found =
            [of(&cases[0], 0.6, 0.5), of(&cases[1], 0.8, 0.5), of(&cases[2], 0.7, 0.5), of(&cases[3], 0.7, 0.5)];
        let differences = differences(&[Touch::Border], &found, 0);
        assert_eq!(differences.len(), 2);
        assert!(differences.iter().all(|difference| difference.pairs == 2));
        assert!((differences[0].mean - 0.2).abs() < 1e-12 && (differences[0].low - 0.2).abs() < 1e-12);
        assert_eq!((differences[1].mean, plotted(&differences).len()), (60.0, 1));
    }
}

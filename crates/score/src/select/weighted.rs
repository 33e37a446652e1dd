//! A weighted combination of the parts of several scores.

use std::borrow::Cow;

use linocut_core::{Score, Scores, StageError, Subject};
use thiserror::Error;

/// How weighted parts are combined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Blend {
    /// Weighted mean: `sum(w x) / sum(w)`.
    #[default]
    Mean,
    /// Weighted geometric mean: `prod(x^w)^(1 / sum(w))`; 0 when a part is not positive.
    Geometric,
}

/// How much a part counts.
#[derive(Clone, PartialEq, Debug)]
pub struct PartWeight {
    /// Name of a part of one of the scores.
    pub part: Cow<'static, str>,
    /// Its weight, at least 0.
    pub weight: f64,
}

/// A custom score: parts of other scores, chosen by name and weighted.
///
/// Each score is computed once. All parts are kept, including those that have no weight.
///
/// ```
/// use linocut_score::Fidelity;
/// use linocut_score::select::{Blend, PartWeight, Weighted};
///
/// let weight = |part: &'static str, weight| PartWeight { part: part.into(), weight };
/// let mine = Weighted {
///     scores: vec![Fidelity::default()],
///     weights: vec![weight("fidelity", 3.0), weight("coverage", 0.5)],
///     blend: Blend::Geometric,
///     floor: 0.01,
/// };
/// # let _ = mine;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Weighted<S> {
    /// The scores that the parts are taken from, for example boxed.
    pub scores: Vec<S>,
    /// The parts that count, each at most once; the weights sum to more than 0.
    pub weights: Vec<PartWeight>,
    /// How they are combined. Default: [`Blend::Mean`].
    pub blend: Blend,
    /// A part counts as at least this. Default: 0.
    pub floor: f64,
}

impl<S: Score> Weighted<S> {
    /// The weighted scores of one picture.
    ///
    /// # Errors
    ///
    /// [`WeightedError`] for weights that are negative, not numbers or sum to 0, for a part that no score or more than
    /// one score has, and when a score fails.
    pub fn blended(&self, subject: &Subject<'_>) -> Result<Scores, WeightedError> {
        let sum = self.sum_of_weights()?;
        let mut parts = Vec::new();
        for score in &self.scores {
            parts.extend(score.score(subject)?.parts);
        }
        let weighted =
            self.weights.iter().map(|weight| Ok((value(&parts, weight)?.max(self.floor), weight.weight / sum)));
        let weighted = weighted.collect::<Result<Vec<_>, WeightedError>>()?;
        Ok(Scores { total: self.blend.of(&weighted), parts })
    }

    fn sum_of_weights(&self) -> Result<f64, WeightedError> {
        for (index, PartWeight { part, weight }) in self.weights.iter().enumerate() {
            if !(*weight >= 0.0 && weight.is_finite()) {
                return Err(WeightedError::Weight { part: part.clone(), weight: *weight });
            }
            if self.weights[..index].iter().any(|earlier| earlier.part == *part) {
                return Err(WeightedError::Twice { part: part.clone() });
            }
        }
        let sum: f64 = self.weights.iter().map(|weight| weight.weight).sum();
        if sum > 0.0 && sum.is_finite() { Ok(sum) } else { Err(WeightedError::Sum { sum }) }
    }
}

impl<S: Score> Score for Weighted<S> {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.blended(subject).map_err(|error| StageError::new("score", error))
    }
}

impl Blend {
    /// The mean of values with their weights, which sum to 1.
    fn of(self, weighted: &[(f64, f64)]) -> f64 {
        let mut counted = weighted.iter().filter(|(_, weight)| *weight > 0.0);
        match self {
            Self::Mean => counted.map(|(value, weight)| value * weight).sum(),
            Self::Geometric if counted.clone().any(|(value, _)| *value <= 0.0) => 0.0,
            Self::Geometric => counted.by_ref().map(|(value, weight)| value.powf(*weight)).product(),
        }
    }
}

/// The value of the one part that has the weighted name.
fn value(parts: &[(Cow<'static, str>, f64)], of: &PartWeight) -> Result<f64, WeightedError> {
    let mut named = parts.iter().filter(|(part, _)| *part == of.part).map(|(_, value)| *value);
    let part = || of.part.clone();
    match (named.next(), named.next()) {
        (None, _) => Err(WeightedError::NoPart { part: part() }),
        (Some(_), Some(_)) => Err(WeightedError::Ambiguous { part: part() }),
        (Some(value), None) if value.is_nan() => Err(WeightedError::NotANumber { part: part() }),
        (Some(value), None) => Ok(value),
    }
}

/// Why parts could not be weighted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WeightedError {
    /// A weight is negative or not a number.
    #[error("weight of part `{part}` is {weight}, expected a number of at least 0")]
    Weight {
        /// The part.
        part: Cow<'static, str>,
        /// The weight.
        weight: f64,
    },
    /// A part has two weights.
    #[error("part `{part}` has two weights")]
    Twice {
        /// The part.
        part: Cow<'static, str>,
    },
    /// The weights sum to 0, or to more than a number can hold.
    #[error("weights sum to {sum}, expected more than 0")]
    Sum {
        /// The sum.
        sum: f64,
    },
    /// No score has the part.
    #[error("no score has a part `{part}`")]
    NoPart {
        /// The part.
        part: Cow<'static, str>,
    },
    /// More than one score has the part.
    #[error("more than one score has a part `{part}`")]
    Ambiguous {
        /// The part.
        part: Cow<'static, str>,
    },
    /// A part is not a number.
    #[error("part `{part}` is not a number")]
    NotANumber {
        /// The part.
        part: Cow<'static, str>,
    },
    /// A score failed.
    #[error(transparent)]
    Score(#[from] StageError),
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use linocut_core::{FromFn, Prompt};
    use proptest::prelude::*;

    use super::*;

    fn weighted(
        values: &[(&'static str, f64)],
        weights: &[(&'static str, f64)],
        blend: Blend,
    ) -> Result<Scores, WeightedError> {
        let scores = values.iter().map(|&(name, value)| FromFn(move |_: &Subject<'_>| Ok(Scores::single(name, value))));
        let weights = weights.iter().map(|&(part, weight)| PartWeight { part: part.into(), weight });
        let (image, prompt) = (RgbImage::new(1, 1), Prompt::default());
        let subject = Subject::new(&image, &prompt);
        Weighted { scores: scores.collect(), weights: weights.collect(), blend, floor: 0.0 }.blended(&subject)
    }

    #[test]
    fn all_parts_are_kept_and_those_with_weights_count() {
        let values = [("a", 0.2), ("b", 0.8), ("c", 0.4)];
        let mean = weighted(&values, &[("b", 3.0), ("a", 1.0)], Blend::Mean).unwrap();
        assert!((mean.total - 0.65).abs() < 1e-12 && mean.parts.len() == 3);
        let geometric = weighted(&values, &[("a", 1.0), ("b", 1.0)], Blend::Geometric).unwrap();
        assert!((geometric.total - 0.4).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_positive_makes_a_geometric_mean_zero_unless_it_weighs_nothing() {
        let values = [("a", -0.2), ("b", 0.8)];
        assert_eq!(weighted(&values, &[("a", 1.0), ("b", 1.0)], Blend::Geometric).unwrap().total, 0.0);
        assert!((weighted(&values, &[("a", 0.0), ("b", 1.0)], Blend::Geometric).unwrap().total - 0.8).abs() < 1e-12);
    }

    #[test]
    fn weights_and_parts_that_make_no_sense_are_errors() {
        let error = |values: &[_], weights: &[_]| weighted(values, weights, Blend::Mean).unwrap_err();
        assert!(matches!(error(&[("a", 1.0)], &[("b", 1.0)]), WeightedError::NoPart { .. }));
        assert!(matches!(error(&[("a", 1.0), ("a", 1.0)], &[("a", 1.0)]), WeightedError::Ambiguous { .. }));
        assert!(matches!(error(&[("a", 1.0)], &[("a", 1.0), ("a", 1.0)]), WeightedError::Twice { .. }));
        assert!(matches!(error(&[("a", 1.0)], &[("a", f64::NAN)]), WeightedError::Weight { .. }));
        assert!(matches!(error(&[("a", 1.0)], &[("a", 0.0)]), WeightedError::Sum { .. }));
        assert!(matches!(error(&[("a", f64::NAN)], &[("a", 1.0)]), WeightedError::NotANumber { .. }));
    }

    proptest! {
        #[test]
        fn a_mean_lies_between_its_parts(
            (a, b) in (0.0..=1.0, 0.0..=1.0), (v, w) in (0.0..=9.0, 0.1..=9.0), geometric in any::<bool>(),
        ) {
            let blend = if geometric { Blend::Geometric } else { Blend::Mean };
            let total = weighted(&[("a", a), ("b", b)], &[("a", v), ("b", w)], blend).unwrap().total;
            let (a, b): (f64, f64) = (a, b);
            prop_assert!(a.min(b) - 1e-12 <= total && total <= a.max(b) + 1e-12);
        }
    }
}

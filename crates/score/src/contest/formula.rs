//! Formulas that combine the parts of the contest's metric into one number: F-beta, harmonic mean, product.

use thiserror::Error;

use super::parts::{Part, Parts};

/// Greatest [`Formula::beta`].
pub const MAX_BETA: f64 = 1000.0;

/// How the parts are combined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Rule {
    /// `O * (1 + b^2) V A / (b^2 V + A)`: a weighted harmonic mean of V and A, in which A weighs `b^2` times as much as V,
    /// times O; 0 when V or A is not positive.
    #[default]
    FBeta,
    /// Harmonic mean of V, A and O; 0 when one of them is not positive.
    HarmonicMean,
    /// `A * S`, by which contestants ranked their candidates; 0 when one of them is not positive.
    AestheticTimesSimilarity,
    /// One part as it is.
    Only(Part),
}

/// A rule with its parameters. The default is the deployed metric's.
///
/// # Source
///
/// Step 7 of the contest's metric. Its function takes V first: `harmonic_mean(vqa, aesthetic, beta=0.5)`; so did that
/// of the contest's second metric, with `beta=2.0`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Formula {
    /// How the parts are combined. Default: [`Rule::FBeta`].
    pub rule: Rule,
    /// `b` of [`Rule::FBeta`], 0 to [`MAX_BETA`]; 0 is V alone. Default: 0.5.
    pub beta: f64,
    /// Characters of text that cost nothing. Default: 4.
    pub free_characters: u32,
    /// Whether O counts in [`Rule::FBeta`] and [`Rule::HarmonicMean`]. Default: true.
    pub uses_text: bool,
}

impl Default for Formula {
    fn default() -> Self {
        Self::DEPLOYED
    }
}

impl Formula {
    /// The formula of the deployed metric.
    pub const DEPLOYED: Self = Self { rule: Rule::FBeta, beta: 0.5, free_characters: 4, uses_text: true };

    /// The formula that is one part by itself.
    #[must_use]
    pub const fn only(part: Part) -> Self {
        Self { rule: Rule::Only(part), ..Self::DEPLOYED }
    }

    /// The parts that the formula needs, in the order in which they are shown.
    #[must_use]
    pub fn needs(&self) -> Vec<Part> {
        let needed = |part: &Part| match self.rule {
            Rule::Only(only) => *part == only,
            Rule::AestheticTimesSimilarity => matches!(part, Part::Aesthetic | Part::Similarity),
            Rule::FBeta | Rule::HarmonicMean => match part {
                Part::Vqa | Part::Aesthetic => true,
                Part::Text => self.uses_text,
                Part::Similarity => false,
            },
        };
        Part::ALL.into_iter().filter(needed).collect()
    }

    /// O for a text of so many characters: `min(1, exp(free - characters))`.
    #[must_use]
    pub fn text_score(&self, characters: usize) -> f64 {
        (f64::from(self.free_characters) - characters as f64).exp().min(1.0)
    }

    /// Combines the parts into one number. Parts that the formula does not need are ignored.
    ///
    /// # Errors
    ///
    /// [`FormulaError`] for a part that is missing, not a number or out of its range, and for a beta out of range.
    pub fn combine(&self, parts: &Parts) -> Result<f64, FormulaError> {
        let value = |part| checked(parts, part);
        Ok(match self.rule {
            Rule::Only(part) => value(part)?,
            Rule::FBeta => {
                f_beta(value(Part::Vqa)?, value(Part::Aesthetic)?, self.checked_beta()?) * self.text(parts)?
            }
            Rule::HarmonicMean => harmonic_mean(&self.needs().into_iter().map(value).collect::<Result<Vec<_>, _>>()?),
            Rule::AestheticTimesSimilarity => value(Part::Aesthetic)?.max(0.0) * value(Part::Similarity)?.max(0.0),
        })
    }

    fn text(&self, parts: &Parts) -> Result<f64, FormulaError> {
        if self.uses_text { checked(parts, Part::Text) } else { Ok(1.0) }
    }

    fn checked_beta(&self) -> Result<f64, FormulaError> {
        let beta = self.beta;
        if (0.0..=MAX_BETA).contains(&beta) { Ok(beta) } else { Err(FormulaError::Beta { beta }) }
    }
}

fn checked(parts: &Parts, part: Part) -> Result<f64, FormulaError> {
    let value = parts.get(part).ok_or(FormulaError::Missing { part })?;
    let (least, greatest) = part.range();
    if (least..=greatest).contains(&value) {
        Ok(value)
    } else {
        Err(FormulaError::OutOfRange { part, value, least, greatest })
    }
}

fn f_beta(vqa: f64, aesthetic: f64, beta: f64) -> f64 {
    if vqa <= 0.0 || aesthetic <= 0.0 {
        return 0.0;
    }
    let square = beta * beta;
    let mean = (1.0 + square) * (vqa * aesthetic) / (square * vqa + aesthetic);
    // A mean lies between its values; rounding must not push it out.
    mean.clamp(vqa.min(aesthetic), vqa.max(aesthetic))
}

fn harmonic_mean(values: &[f64]) -> f64 {
    let (least, greatest) = values.iter().fold((f64::MAX, 0.0_f64), |(l, g), &v| (l.min(v), g.max(v)));
    if least <= 0.0 {
        return 0.0;
    }
    let mean = values.len() as f64 / values.iter().map(|value| 1.0 / value).sum::<f64>();
    mean.clamp(least, greatest)
}

/// Why parts could not be combined.
#[derive(Clone, Copy, PartialEq, Debug, Error)]
#[non_exhaustive]
pub enum FormulaError {
    /// The formula needs a part that is not known.
    #[error("part {part} is missing")]
    Missing {
        /// The part.
        part: Part,
    },
    /// A part is not a number or out of its range.
    #[error("part {part} is {value}, expected {least:?} to {greatest:?}")]
    OutOfRange {
        /// The part.
        part: Part,
        /// Its value.
        value: f64,
        /// The least that it may be.
        least: f64,
        /// The greatest that it may be.
        greatest: f64,
    },
    /// Beta is not a number or out of range.
    #[error("beta is {beta}, expected 0 to {MAX_BETA}")]
    Beta {
        /// The beta.
        beta: f64,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HARMONIC: Formula = Formula { rule: Rule::HarmonicMean, free_characters: 2, ..Formula::DEPLOYED };

    fn score(formula: &Formula, [v, a, o]: [f64; 3]) -> f64 {
        formula.combine(&Parts::deployed(v, a, o)).unwrap()
    }

    #[test]
    fn the_values_of_contestants_give_their_score() {
        let score = score(&Formula::DEPLOYED, [0.81, 0.45, 0.87]);
        assert!(
            (score - 0.87 * 1.25 * 0.81 * 0.45 / (0.25 * 0.81 + 0.45)).abs() < 1e-15 && (score - 0.6075).abs() < 1e-3
        );
    }

    #[test]
    fn nothing_positive_is_zero_and_a_great_aesthetic_is_not_clipped() {
        for parts in [[0.0, 0.5, 1.0], [0.8, 0.0, 1.0], [0.8, -0.3, 1.0]] {
            assert_eq!((score(&Formula::DEPLOYED, parts), score(&HARMONIC, parts)), (0.0, 0.0));
        }
        assert!(score(&Formula::DEPLOYED, [1.0, 2.0, 1.0]) > 1.0);
    }

    #[test]
    fn characters_beyond_the_free_ones_cost() {
        let text = |formula: &Formula, n| (formula.text_score(n) * 1e4).round() / 1e4;
        assert_eq!([0, 4, 5, 7].map(|n| text(&Formula::DEPLOYED, n)), [1.0, 1.0, 0.3679, 0.0498]);
        assert_eq!([2, 3].map(|n| text(&HARMONIC, n)), [1.0, 0.3679]);
        assert_eq!(Formula::DEPLOYED.text_score(usize::MAX), 0.0);
    }

    #[test]
    fn wrong_parts_are_errors_that_name_them() {
        let error = |parts| Formula::DEPLOYED.combine(&parts).unwrap_err();
        assert_eq!(error(Parts::default()), FormulaError::Missing { part: Part::Vqa });
        assert_eq!(error(Parts::deployed(0.5, 0.5, 1.5)).to_string(), "part O is 1.5, expected 0.0 to 1.0");
        for bad in [f64::NAN, f64::INFINITY] {
            for parts in [[bad, 0.5, 1.0], [0.5, bad, 1.0], [0.5, 0.5, bad]] {
                let [v, a, o] = parts;
                assert!(matches!(error(Parts::deployed(v, a, o)), FormulaError::OutOfRange { .. }));
            }
        }
        let wrong = Formula { beta: -1.0, ..Formula::DEPLOYED };
        assert_eq!(wrong.combine(&Parts::deployed(0.5, 0.5, 1.0)), Err(FormulaError::Beta { beta: -1.0 }));
    }

    #[test]
    fn what_a_formula_does_not_need_may_be_missing() {
        let without_text = Formula { uses_text: false, ..Formula::DEPLOYED };
        let parts = Parts { text: None, ..Parts::deployed(0.5, 0.5, 0.0) };
        assert_eq!(without_text.combine(&parts), Ok(0.5));
        let similar = Parts { similarity: Some(-0.1), ..Parts::default() };
        assert_eq!(Formula::only(Part::Similarity).combine(&similar), Ok(-0.1));
        let ranking = Formula { rule: Rule::AestheticTimesSimilarity, ..Formula::DEPLOYED };
        assert_eq!(ranking.combine(&Parts { aesthetic: Some(0.5), similarity: Some(0.5), ..similar }), Ok(0.25));
    }

    proptest! {
        #[test]
        fn scores_are_shares_that_grow_with_each_part(
            parts in prop::array::uniform3(0.0..=1.0),
            (index, more, beta, harmonic) in (0..3usize, 0.0..=1.0, 0.0..=10.0, any::<bool>()),
        ) {
            let formula = if harmonic { HARMONIC } else { Formula { beta, ..Formula::DEPLOYED } };
            let low = score(&formula, parts);
            let mut better = parts;
            better[index] = parts[index].max(more);
            prop_assert!((0.0..=1.0).contains(&low));
            prop_assert!(score(&formula, better) >= low - 1e-12);
        }

        #[test]
        fn scores_are_the_formula([v, a, o] in prop::array::uniform3(1e-6..=1.0), beta in 0.0..=10.0) {
            let found = score(&Formula { beta, ..Formula::DEPLOYED }, [v, a, o]);
            let b2 = beta * beta;
            prop_assert!((found - o * (1.0 + b2) * v * a / (b2 * v + a)).abs() < 1e-12);
            let harmonic = 3.0 * v * a * o / (v * a + a * o + o * v);
            prop_assert!((score(&HARMONIC, [v, a, o]) - harmonic).abs() < 1e-9);
        }
    }
}

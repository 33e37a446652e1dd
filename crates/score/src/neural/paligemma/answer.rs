//! From logits to the probability of an answer.

use linocut_core::Question;

/// Which tokens count as yes and no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum YesNo {
    /// `yes` and ` yes` against `no` and ` no`.
    #[default]
    Intended,
    /// As the contest's metric did: the spellings with a space are not in the vocabulary under that name, so both become the
    /// unknown token, which counts for yes and twice in the sum.
    Deployed,
}

/// Ids of the two spellings of an answer.
pub(super) type Spellings = [u32; 2];

/// Probabilities of answers: softmax over the logits of all spellings, the two of each answer summed.
///
/// Every id is below the length of `logits`.
pub(super) fn shares(logits: &[f32], answers: &[Spellings]) -> Vec<f64> {
    let logit = |id: &u32| f64::from(logits[*id as usize]);
    let largest = answers.iter().flatten().map(logit).fold(f64::NEG_INFINITY, f64::max);
    let weight = |spellings: &Spellings| spellings.iter().map(|id| (logit(id) - largest).exp()).sum::<f64>();
    let weights: Vec<f64> = answers.iter().map(weight).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// The probability of the right answer, 0 to 1, among those of all choices.
///
/// Choices are known by their text: of equal choices the last one's probability counts. Nothing if the answer is not among the
/// choices, or there are fewer probabilities than choices.
#[must_use]
pub fn answer_probability(question: &Question, probabilities: &[f64]) -> Option<f64> {
    let right = question.choices.get(question.answer)?;
    let last = question.choices.iter().rposition(|choice| choice == right)?;
    probabilities.get(last).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_sum_to_one(logits in proptest::collection::vec(-30.0_f32..30.0, 8)) {
            let shares = shares(&logits, &[[0, 1], [2, 3], [4, 5], [6, 7]]);
            prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
        }
    }

    #[test]
    fn both_spellings_count() {
        let logits = [0.0, 0.0, (2.0_f32).ln(), f32::MIN];
        assert!((shares(&logits, &[[0, 1], [2, 3]])[0] - 0.5).abs() < 1e-7);
    }

    #[test]
    fn the_unknown_token_counts_twice_when_it_stands_for_both() {
        let (yes, no, unknown) = (3.0_f64, 2.0_f64, 1.0_f64);
        let logits = [yes.ln() as f32, no.ln() as f32, unknown.ln() as f32];
        let expected = (yes + unknown) / (yes + no + 2.0 * unknown);
        assert!((shares(&logits, &[[0, 2], [1, 2]])[0] - expected).abs() < 1e-7);
    }

    #[test]
    fn of_equal_choices_the_last_one_counts() {
        let choices = ["red", "blue", "red"].map(str::to_owned).to_vec();
        let question = Question { text: String::new(), choices, answer: 0 };
        assert_eq!(answer_probability(&question, &[0.5, 0.3, 0.2]), Some(0.2));
        assert_eq!(answer_probability(&Question { answer: 3, ..question.clone() }, &[0.5, 0.3, 0.2]), None);
        assert_eq!(answer_probability(&question, &[0.5]), None);
    }
}

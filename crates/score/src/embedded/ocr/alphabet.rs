//! The characters that the recogniser knows, and how its output becomes text.

use crate::embedded::network::{NetworkError, Tensor};

/// Class 0 is "no character here", the last class is a space, those between are the characters.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Alphabet(Vec<String>);

/// Text with the mean probability of its characters.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Reading {
    pub(super) text: String,
    /// 0 to 1; 0 for no text.
    pub(super) confidence: f32,
}

impl Alphabet {
    /// An alphabet from one character per line.
    pub(super) fn new(lines: &str) -> Self {
        Self(lines.split('\n').chain([" "]).map(str::to_owned).collect())
    }

    /// Number of classes.
    pub(super) fn classes(&self) -> usize {
        self.0.len() + 1
    }

    /// Greedy decoding of connectionist temporal classification: the likeliest class of each step (of equally likely
    /// ones, the first), runs of a class taken once, blanks dropped.
    ///
    /// # Shapes
    ///
    /// - `steps`: 1 x steps x classes, probabilities
    ///
    /// # Errors
    ///
    /// [`NetworkError::ShapeMismatch`] for another shape.
    pub(super) fn decode(&self, steps: &Tensor) -> Result<Reading, NetworkError> {
        let classes = self.classes();
        if !matches!(steps.shape[..], [1, _, found] if found == classes) {
            let expected = format!("[1, steps, {classes}]");
            return Err(NetworkError::ShapeMismatch { tensor: "steps", expected, actual: steps.shape.clone() });
        }
        Ok(self.collapse(steps.values.chunks_exact(classes).map(likeliest)))
    }

    fn collapse(&self, steps: impl Iterator<Item = (usize, f32)>) -> Reading {
        let (mut text, mut sum, mut count, mut previous) = (String::new(), 0.0, 0_u16, 0);
        for (class, probability) in steps {
            if class != previous && class != 0 {
                text.push_str(&self.0[class - 1]);
                sum += probability;
                count += 1;
            }
            previous = class;
        }
        Reading { text, confidence: if count == 0 { 0.0 } else { sum / f32::from(count) } }
    }
}

fn likeliest(step: &[f32]) -> (usize, f32) {
    step.iter()
        .copied()
        .enumerate()
        .fold((0, f32::NEG_INFINITY), |best, other| if other.1 > best.1 { other } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(classes: &[usize]) -> Reading {
        let alphabet = Alphabet::new("a\nb");
        let mut values = vec![0.1; classes.len() * 4];
        for (step, class) in classes.iter().enumerate() {
            values[step * 4 + class] = 0.7;
        }
        alphabet.decode(&Tensor { shape: vec![1, classes.len(), 4], values }).unwrap()
    }

    #[test]
    fn runs_collapse_and_blanks_part_repeated_letters() {
        assert_eq!(decode(&[0, 1, 1, 0, 1, 2, 2, 3, 2]).text, "aab b");
    }

    #[test]
    fn confidence_is_the_mean_over_the_letters() {
        assert!((decode(&[0, 1, 1, 0]).confidence - 0.7).abs() < 1e-6);
        assert_eq!(decode(&[0, 0]), Reading::default());
        assert_eq!(decode(&[]), Reading::default());
    }

    #[test]
    fn another_number_of_classes_is_an_error() {
        let steps = Tensor { shape: vec![1, 1, 3], values: vec![0.0; 3] };
        let error = Alphabet::new("a\nb").decode(&steps).unwrap_err();
        assert_eq!(error.to_string(), "output steps has shape [1, 1, 3], expected [1, steps, 4]");
    }
}

//! Text recognition: reads a straightened line of text.

use image::RgbImage;

use super::alphabet::{Alphabet, Reading};
use super::detector::planes;
use super::straighten::LINE_HEIGHT;
use crate::embedded::network::{Network, NetworkError, Tensor, load};

use linocut_ocr_networks::RECOGNISER as FILE;

/// Metadata entry with the characters, one per line.
const ALPHABET: &str = "character";

/// The least width of the input, px: shorter lines are padded on the right with middle grey, which is 0 to the network.
///
/// Source: `rec_image_shape` 3 x 48 x 320 of PP-OCR.
const LEAST_WIDTH: usize = 320;

/// The network that reads a line.
#[derive(Debug)]
pub(super) struct Recogniser {
    network: Box<dyn Network>,
    alphabet: Alphabet,
}

impl Recogniser {
    /// The embedded network.
    pub(super) fn embedded(threads: usize) -> Result<Self, NetworkError> {
        let network = load(FILE, threads)?;
        let lines = network.metadata(ALPHABET).ok_or(NetworkError::NoAlphabet { key: ALPHABET })?;
        Ok(Self { network, alphabet: Alphabet::new(&lines) })
    }

    /// Reads a line of `LINE_HEIGHT` px.
    pub(super) fn read(&self, line: &RgbImage) -> Result<Reading, NetworkError> {
        self.alphabet.decode(&self.steps(line)?)
    }

    /// Probabilities of the classes at each step from left to right, 1 x steps x classes.
    pub(super) fn steps(&self, line: &RgbImage) -> Result<Tensor, NetworkError> {
        let width = (line.width() as usize).max(LEAST_WIDTH);
        let values = planes(line, [0.5; 3], [0.5; 3]);
        let padded = pad_rows(&values, line.width() as usize, width);
        self.network.run([1, 3, LINE_HEIGHT as usize, width], &padded)
    }
}

/// Pads rows of one width on the right with zeros to another width.
fn pad_rows(values: &[f32], from: usize, to: usize) -> Vec<f32> {
    let mut padded = vec![0.0; values.len() / from * to];
    for (row, wide) in values.chunks_exact(from).zip(padded.chunks_exact_mut(to)) {
        wide[..from].copy_from_slice(row);
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_a_character_for_each_class() {
        let recogniser = Recogniser::embedded(1).unwrap();
        let steps = recogniser.steps(&RgbImage::from_pixel(400, LINE_HEIGHT, image::Rgb([255; 3]))).unwrap();
        assert_eq!(steps.shape, [1, 50, recogniser.alphabet.classes()]);
        assert_eq!(recogniser.alphabet.classes(), 6906);
    }

    #[test]
    fn a_line_of_one_colour_says_nothing() {
        let recogniser = Recogniser::embedded(1).unwrap();
        assert_eq!(recogniser.read(&RgbImage::new(1, LINE_HEIGHT)).unwrap(), Reading::default());
    }

    #[test]
    fn rows_are_padded_on_the_right() {
        assert_eq!(pad_rows(&[1.0, 2.0, 3.0, 4.0], 2, 3), [1.0, 2.0, 0.0, 3.0, 4.0, 0.0]);
    }
}

//! Embeds descriptions for the judge.

use linocut_core::Prompt;
use linocut_words::{DIMENSIONS, Vector, WordVectors};

use super::judge_error::JudgeError;
use crate::embedded::network::{Network, NetworkError, load};

/// Made by `assets/judge/make/export.py`.
use linocut_judge_network::TEXT as FILE;

/// Values for each word: its vector and its weight.
const ROW: usize = DIMENSIONS + 1;

/// The network that embeds descriptions: it adjusts each word's vector, weights it, and adds them up.
#[derive(Debug)]
pub(super) struct TextNetwork {
    network: Box<dyn Network>,
    words: &'static WordVectors,
}

impl TextNetwork {
    pub(super) fn embedded() -> Result<Self, JudgeError> {
        Ok(Self { network: load(FILE, 1)?, words: WordVectors::bundled()? })
    }

    /// The direction of the known content words that the text does not deny; `None` if there are none.
    pub(super) fn read(&self, text: &str) -> Result<Option<Vector>, JudgeError> {
        let content = Prompt::new(text, 0).wanted_words();
        let rows: Vec<f32> = content.iter().filter_map(|word| self.row(word)).flatten().collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let output = self.network.run([1, 1, rows.len() / ROW, ROW], &rows)?;
        let Ok(sum) = output.values.as_slice().try_into() else {
            let expected = format!("{DIMENSIONS} values");
            return Err(NetworkError::ShapeMismatch { tensor: "text", expected, actual: output.shape }.into());
        };
        Ok(Some(Vector::towards(sum)))
    }

    /// A word's vector and its weight; `None` if it is not known.
    fn row(&self, word: &str) -> Option<[f32; ROW]> {
        let mut row = [self.words.weight(self.words.rank(word)?); ROW];
        row[..DIMENSIONS].copy_from_slice(self.words.vector(word)?.values());
        Some(row)
    }
}

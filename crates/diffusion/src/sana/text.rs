//! Descriptions as SANA wants them: behind an instruction, read by Gemma 2.

use candle_core::Tensor;
use linocut_nn::decoder::Sight;
use linocut_nn::gemma2::Gemma2;
use linocut_nn::place::Part;
use linocut_nn::weights::Weights;

use crate::folder::OpenedFolder;
use crate::model_error::ModelError;
use crate::text::{TextError, WordPieces, read_gemma2_config};

/// Tokens of a description that the denoiser is told at most, its first one included.
const TOKENS: usize = 300;
/// What the instruction ends with, behind which the description stands.
const ASKED: &str = "User Prompt: ";

/// What stands before a description, as the models were taught with: a line each ("complex human instruction").
pub const INSTRUCTION: [&str; 8] = [
    "Given a user prompt, generate an 'Enhanced prompt' that provides detailed visual descriptions suitable for image generation. Evaluate \
     the level of detail in the user prompt:",
    "- If the prompt is simple, focus on adding specifics about colors, shapes, sizes, textures, and spatial relationships to create vivid \
     and concrete scenes.",
    "- If the prompt is already detailed, refine and enhance the existing details slightly without overcomplicating.",
    "Here are examples of how to transform or refine prompts:",
    "- User Prompt: A cat sleeping -> Enhanced: A small, fluffy white cat curled up in a round shape, sleeping peacefully on a warm sunny \
     windowsill, surrounded by pots of blooming red flowers.",
    "- User Prompt: A busy city street -> Enhanced: A bustling city street scene at dusk, featuring glowing street lamps, a diverse crowd \
     of people in colorful clothing, and a double-decker bus passing by towering glass skyscrapers.",
    "Please generate only the enhanced description for the prompt below and avoid including any additional commentary or evaluations:",
    ASKED,
];

/// Gemma 2 with its tokenizer, and what it reads before a description.
#[derive(Clone, Debug)]
pub struct SanaText {
    pieces: WordPieces,
    pub(super) encoder: Part<Gemma2, ModelError>,
    instruction: String,
}

impl SanaText {
    /// The encoder and the tokenizer in the usual folders.
    ///
    /// # Errors
    ///
    /// As [`OpenedFolder::text`] and [`WordPieces::read`].
    pub(super) fn open(opened: &OpenedFolder<'_>, caption_channels: usize) -> Result<Self, ModelError> {
        let config = read_gemma2_config(opened.config("text_encoder"))?;
        let hidden = config.hidden_size;
        let expected = "`caption_channels` of the transformer";
        crate::model_error::require(hidden == caption_channels, "hidden_size", expected, &hidden)?;
        let wire = move |weights: &Weights| {
            let loaded = Gemma2::load(weights, &config)?;
            weights.finish(&[])?;
            Ok(loaded)
        };
        let pieces = WordPieces::read(opened.path("tokenizer/tokenizer.json"))?;
        let encoder = opened.text("text_encoder", &[], wire)?;
        Ok(Self { pieces, encoder, instruction: INSTRUCTION.join("\n") })
    }

    pub(super) fn with_instruction(mut self, lines: &[&str]) -> Self {
        self.instruction = lines.join("\n");
        self
    }

    /// Tokens of a description behind the instruction, and the places among them of those that the denoiser is told: the first of all, and
    /// what follows the instruction, whose last token, which the description may have changed, is the first of them. What is too long is
    /// cut off.
    ///
    /// # Errors
    ///
    /// [`TextError::Encode`] if the tokenizer fails.
    pub fn tokenize(&self, text: &str) -> Result<(Vec<u32>, Vec<u32>), TextError> {
        if self.instruction.is_empty() {
            return self.tokenize_plain(text);
        }
        let before = self.pieces.encode_first(&self.instruction, usize::MAX)?.len();
        let most = (before + TOKENS).saturating_sub(2);
        let tokens = self.pieces.encode_first(&format!("{}{}", self.instruction, plain(text)), most)?;
        let told = before.saturating_sub(1).max(1)..tokens.len();
        let places = std::iter::once(0).chain(told).map(|at| at as u32).collect();
        Ok((tokens, places))
    }

    /// As [`SanaText::tokenize`], without the instruction: for what a picture should not show.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn tokenize_plain(&self, text: &str) -> Result<(Vec<u32>, Vec<u32>), TextError> {
        let tokens = self.pieces.encode_first(&plain(text), TOKENS)?;
        let places = (0..tokens.len() as u32).collect();
        Ok((tokens, places))
    }

    /// The states of tokens at these places, (1, places, length).
    pub(super) fn states(&self, (tokens, places): (Vec<u32>, Vec<u32>)) -> Result<Tensor, ModelError> {
        if tokens.is_empty() {
            let expected = "at least 1 token".to_owned();
            return Err(ModelError::ShapeMismatch { tensor: "tokens", expected, actual: vec![0] });
        }
        let encoder = self.encoder.get()?;
        let device = encoder.device();
        let count = tokens.len();
        let entered = encoder.embed(&Tensor::from_vec(tokens, (1, count), device)?)?;
        let states = encoder.forward(&entered, &Sight::default())?;
        let count = places.len();
        Ok(states.index_select(&Tensor::from_vec(places, count, device)?, 1)?)
    }
}

/// A description in lower case without space around it, where space is what Python takes for it.
fn plain(text: &str) -> String {
    let is_space = |letter: char| letter.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&letter);
    text.to_lowercase().trim_matches(is_space).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_told_in_lower_case_without_space_around_them() {
        assert_eq!(plain("\u{1f} A Red\tCat\n\u{a0}"), "a red\tcat");
        assert_eq!(plain("ÉCOLE ΟΔΟΣ"), "école οδος");
    }
}

//! GLM with its tokenizer.

use candle_core::Tensor;
use linocut_nn::place::Part;
use linocut_nn::weights::Weights;
use serde::Deserialize;

use crate::folder::OpenedFolder;
use crate::model_error::{ModelError, read_config};
use crate::text::{GLM_GGUF, Glm, GlmConfig, Special, TextError, WordPieces};

/// Tokens of a description with those before it; more are cut off, as in the reference.
const TOKENS: usize = 1024;
/// Texts are filled up to multiples of this.
const MULTIPLE: usize = 16;

/// What the tokenizer's configuration says.
#[derive(Deserialize)]
struct Filling {
    pad_token: Special,
}

/// GLM with its tokenizer. A text is filled up on the left, and its padding is seen as any other token.
#[derive(Clone, Debug)]
pub struct GlmPrompt {
    /// Text to tokens.
    pub pieces: WordPieces,
    /// Tokens to states.
    pub encoder: Part<Glm, ModelError>,
    /// The token that fills up.
    pub pad: u32,
}

impl GlmPrompt {
    /// The encoder in a model's `text_encoder` and the tokenizer in `tokenizer`.
    pub(super) fn open(opened: &OpenedFolder<'_>, config: GlmConfig) -> Result<Self, ModelError> {
        let folder = opened.path("tokenizer");
        let pieces = WordPieces::read(folder.join("tokenizer.json"))?;
        let Filling { pad_token } = read_config(&folder.join("tokenizer_config.json"))?;
        let missing = || TextError::MissingToken { folder: folder.path(), token: pad_token.token().to_owned() };
        let pad = pieces.id(pad_token.token()).ok_or_else(missing)?;
        let wire = move |weights: &Weights| Glm::load(weights, &config);
        Ok(Self { pieces, encoder: opened.text("text_encoder", &GLM_GGUF, wire)?, pad })
    }

    /// Tokens of a text: the first 1024, behind as much padding as makes a multiple of 16 of them.
    ///
    /// # Errors
    ///
    /// [`TextError::Encode`] if the tokenizer fails.
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>, TextError> {
        let tokens = self.pieces.encode_first(text, TOKENS)?;
        let padding = tokens.len().next_multiple_of(MULTIPLE) - tokens.len();
        Ok(std::iter::repeat_n(self.pad, padding).chain(tokens).collect())
    }

    /// The states of a text: (1, tokens, length of a vector).
    ///
    /// # Errors
    ///
    /// As [`GlmPrompt::tokenize`], and what goes wrong when the encoder is loaded.
    pub fn encode(&self, text: &str) -> Result<Tensor, ModelError> {
        self.encoder.get()?.forward(&self.tokenize(text)?)
    }
}

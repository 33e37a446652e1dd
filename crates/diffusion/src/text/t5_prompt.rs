//! T5's encoder with its tokenizer.

use candle_core::Tensor;
use linocut_nn::place::Part;
use linocut_nn::weights::Weights;

use super::t5::{GGUF, T5, T5Config};
use super::text_error::TextError;
use super::word_pieces::WordPieces;
use crate::folder::OpenedFolder;
use crate::model_error::ModelError;

/// A copy of the embeddings that some files carry.
const TIED: &str = "encoder.embed_tokens.weight";
/// Most tokens that are looked at before a text is cut.
const MOST_TOKENS: usize = 600;
/// Padding of T5's vocabulary.
const PAD: u32 = 0;
/// End of a text in T5's vocabulary.
const END: u32 = 1;

/// T5's encoder with its tokenizer. A text is cut or padded to one length, and padding is seen as any other token, as models were
/// taught with it.
#[derive(Clone, Debug)]
pub struct T5Prompt {
    /// Text to tokens.
    pub pieces: WordPieces,
    /// Tokens to states.
    pub encoder: Part<T5, ModelError>,
    /// Tokens that every text becomes.
    pub length: usize,
}

impl T5Prompt {
    /// The encoder and the `tokenizer.json` in folders of these names.
    ///
    /// # Errors
    ///
    /// As [`OpenedFolder::text`] and [`WordPieces::read`].
    pub fn open(
        opened: &OpenedFolder<'_>,
        encoder: &'static str,
        tokenizer: &str,
        length: usize,
    ) -> Result<Self, ModelError> {
        let config = T5Config::read(opened.config(encoder))?;
        let wire = move |weights: &Weights| {
            let loaded = T5::load(weights, &config)?;
            weights.finish(&[TIED])?;
            Ok(loaded)
        };
        let pieces = WordPieces::read(opened.path(tokenizer).join("tokenizer.json"))?;
        Ok(Self { pieces, encoder: opened.text(encoder, &GGUF, wire)?, length })
    }

    /// Tokens of a text, as many as [`T5Prompt::length`].
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>, TextError> {
        let mut tokens = self.pieces.encode(text, MOST_TOKENS)?;
        if tokens.len() > self.length {
            tokens.truncate(self.length.saturating_sub(1));
            tokens.push(END);
        }
        tokens.resize(self.length, PAD);
        Ok(tokens)
    }

    /// The states of a text: (1, tokens, length of a vector).
    ///
    /// # Errors
    ///
    /// As [`T5Prompt::tokenize`], and what goes wrong when the encoder is loaded.
    pub fn encode(&self, text: &str) -> Result<Tensor, ModelError> {
        self.encoder.get()?.forward(&self.tokenize(text)?)
    }
}

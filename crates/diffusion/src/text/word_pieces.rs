//! Tokenizers that publish everything about themselves in one `tokenizer.json`.

use linocut_nn::Location;
use tokenizers::Tokenizer;

use super::text_error::TextError;
use crate::model_error::ModelError;

/// Most bytes of a text per token that is allowed.
const BYTES_PER_TOKEN: usize = 64;

/// Bytes of the longest token of any vocabulary, and some more.
const LONGEST_TOKEN: usize = 256;

/// A tokenizer as its file says.
#[derive(Clone, Debug)]
pub struct WordPieces {
    tokenizer: Tokenizer,
}

impl WordPieces {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] for a file that is missing, [`TextError::Tokenizer`] for one that is damaged.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let file = file.into();
        let damaged =
            |error: tokenizers::Error| TextError::Tokenizer { folder: file.path(), reason: error.to_string() };
        let mut tokenizer = Tokenizer::from_bytes(file.read()?).map_err(damaged)?;
        // Lengths are the model's business.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(damaged)?;
        Ok(Self { tokenizer })
    }

    /// The number of a token of the vocabulary, if it is one.
    #[must_use]
    pub fn id(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }

    /// The first tokens of a text, with those that the file puts around it, at most so many; the rest is cut off.
    ///
    /// # Errors
    ///
    /// [`TextError::Encode`] if the tokenizer fails.
    pub fn encode_first(&self, text: &str, most: usize) -> Result<Vec<u32>, TextError> {
        let enough = text.floor_char_boundary(most.saturating_mul(LONGEST_TOKEN));
        let encoded = self.tokenizer.encode(&text[..enough], true);
        let encoded = encoded.map_err(|error| TextError::Encode { reason: error.to_string() })?;
        Ok(encoded.get_ids().iter().take(most).copied().collect())
    }

    /// The tokens of a text, with those that the file puts around it.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] for a text of over 64 bytes for each of `limit` tokens, and if there are more tokens than that;
    /// [`TextError::Encode`] if the tokenizer fails.
    pub fn encode(&self, text: &str, limit: usize) -> Result<Vec<u32>, TextError> {
        if text.len() > limit.saturating_mul(BYTES_PER_TOKEN) {
            return Err(TextError::TooLong { actual: text.len(), limit });
        }
        let encoded = self.tokenizer.encode(text, true);
        let encoded = encoded.map_err(|error| TextError::Encode { reason: error.to_string() })?;
        let tokens = encoded.get_ids().to_vec();
        if tokens.len() > limit { Err(TextError::TooLong { actual: tokens.len(), limit }) } else { Ok(tokens) }
    }
}

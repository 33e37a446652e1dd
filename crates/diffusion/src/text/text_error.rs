//! What goes wrong with text.

use std::path::PathBuf;

/// Why a text cannot be encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// A tokenizer's files do not fit each other.
    #[error("{}: {reason}", folder.display())]
    Tokenizer {
        /// Where the files are.
        folder: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A vocabulary lacks a token that it must have.
    #[error("{}: the vocabulary has no token `{token}`", folder.display())]
    MissingToken {
        /// Where the vocabulary is.
        folder: PathBuf,
        /// The token.
        token: String,
    },
    /// A tokenizer fails on a text.
    #[error("the description cannot be cut into tokens: {reason}")]
    Encode {
        /// Why.
        reason: String,
    },
    /// A description of more tokens than are looked at.
    #[error("a description of {actual} tokens, at most {limit} are looked at")]
    TooLong {
        /// Tokens of the description, or its bytes if these are already too many.
        actual: usize,
        /// Most tokens that are allowed.
        limit: usize,
    },
}

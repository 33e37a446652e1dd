//! What goes wrong with constraints.

/// Why a vocabulary cannot be constrained, a text begun or a token taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConstraintError {
    /// It is not known how a tokenizer spells bytes.
    #[error(
        "a tokenizer with decoder `{actual}`, expected one of bytes, as in Llama 3 and Qwen, or of pieces, as in Gemma"
    )]
    Decoder {
        /// The type of its decoder.
        actual: String,
    },
    /// A vocabulary lacks a token for a byte without which a drawing could not be ended.
    #[error("the vocabulary has no token for `{}` alone, which drawings need", byte.escape_ascii())]
    MissingByte {
        /// The byte.
        byte: u8,
    },
    /// A vocabulary has no token that ends a text.
    #[error("the vocabulary has no token that ends a text")]
    MissingEnd,
    /// No drawing fits the budget.
    #[error("a budget of {actual} bytes, at least {least} are needed for an empty drawing")]
    Budget {
        /// The budget in bytes.
        actual: usize,
        /// Fewest bytes of a drawing.
        least: usize,
    },
    /// Too few tokens are left to end a drawing.
    #[error("{actual} tokens for a drawing, at least {least} may be needed")]
    Tokens {
        /// Tokens that are left.
        actual: usize,
        /// Fewest bytes that end the drawing, each of which may be a token.
        least: usize,
    },
    /// A token that is not allowed where it came.
    #[error("token {token} is not allowed after byte {at}")]
    Token {
        /// The token.
        token: u32,
        /// Bytes written.
        at: usize,
    },
}

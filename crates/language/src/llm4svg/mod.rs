//! LLM4SVG's semantic tokens: a drawing as text in which elements, attributes and path commands are tokens of their own.

mod decode;
mod encode;
mod python;
mod tokens;

pub use decode::decode;
pub use encode::{EncodeError, EncodeOptions, Encoded, encode};
pub use tokens::{PLAIN_TOKENS, added_tokens};

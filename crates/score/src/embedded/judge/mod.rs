//! The embedded judge: how well a picture fits its description, by two small networks that are part of the library.
//!
//! [`Judge`] embeds a picture and a text as directions in one space, that of the word vectors, and compares them. It
//! was trained on drawn pictures (emoji, clip art, the composer's scenes), so it knows drawings better than
//! photographs; it reads a text as a bag of words, so it cannot tell a red car beside a blue house from a blue car
//! beside a red house.
//!
//! **It is not the contest's metric**, which asks large models about the picture. It chooses among candidates where
//! these models are not available; `docs/results/judge.md` reports how well.

mod judge_error;
#[cfg(test)]
mod parity;
mod picture;
mod score;
mod text;

pub use judge_error::JudgeError;
pub use picture::Seen;
pub use score::Judge;

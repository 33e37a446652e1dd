//! How well a picture fits its description, by a small network that is part of the library.
//!
//! [`Judge`] brings a picture and a text to directions of one space, that of the word vectors, and compares them. It was
//! taught on drawn pictures (emoji, clip art, the composer's scenes), so it knows drawings better than photographs; it reads
//! a text as a bag of words, so it cannot tell a red car beside a blue house from a blue car beside a red house.
//!
//! **It is not the contest's metric**, which asks large models about the picture. It is what chooses where those are not at
//! hand; `docs/results/judge.md` says how well.

mod judge_error;
#[cfg(test)]
mod parity;
mod picture;
mod score;
mod text;

pub use judge_error::JudgeError;
pub use picture::Seen;
pub use score::Judge;

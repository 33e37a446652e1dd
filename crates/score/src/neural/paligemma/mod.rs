//! PaliGemma 2: questions about a picture, and the text that it reads in one.
//!
//! [`PaliGemma`] opens a published folder. [`PaliGemma::look`] runs the vision tower once; what comes out answers any number of
//! questions: [`PaliGemma::choices`], [`PaliGemma::yes`], [`PaliGemma::read`]. [`PaliGemmaModel`] is the network alone, from token
//! ids to logits. [`PaliGemmaJudge`] answers for a [`ContestScore`](crate::contest::ContestScore).

mod answer;
mod batch;
mod config;
mod judge;
mod model;
mod paligemma_error;
mod prompt;
mod reader;
mod tokens;

pub use answer::{YesNo, answer_probability};
pub use config::PaliGemmaConfig;
pub use judge::PaliGemmaJudge;
pub use model::{Generated, PaliGemmaModel};
pub use paligemma_error::PaliGemmaError;
pub use prompt::{OCR_PROMPT, portrays_prompt, question_prompt};
pub use reader::{Looked, OCR_TOKENS, PaliGemma, PaliGemmaOptions};

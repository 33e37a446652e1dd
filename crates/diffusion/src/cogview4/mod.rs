//! `CogView4`: GLM 4 reads the description, and one transformer sees its words and the picture as one row of tokens, told the time and the
//! picture's size.
//!
//! The reference is diffusers from 0.42 on: before, it activated the time once more for the last layer than the model was taught.

mod block;
mod config;
mod model;
mod text;
mod transformer;

use candle_core::DType;
use linocut_nn::LinearKind;

use crate::entry::Component;
use crate::family::{Family, GLM, LARGE_VAE, Millions, transformer as denoiser};

pub use config::CogView4Config;
pub use model::CogView4;
pub use text::GlmPrompt;
pub use transformer::CogView4Transformer;

/// Pixels along the side of a token.
const TOKEN: u32 = 16;

/// `CogView4`.
pub static FAMILY: Family = Family {
    name: "CogView4",
    class: "CogView4Pipeline",
    networks: &[GLM, denoiser(3, Millions::of(6_366.7, 2.4)), LARGE_VAE],
    tokenizers: &[(Component::Tokenizer, "tokenizer", &["tokenizer.json", "tokenizer_config.json"])],
    usual: (50, 3.5, 1024),
    usual_untold: None,
    usual_in: None,
    published: (DType::BF16, LinearKind::Stored),
    // The denoiser is asked about one text at a time. The decoder at 1024 px: 5.4 GB, and 2.8 GB of weights laid out anew.
    work: (1_500, 5_300),
    load: |folder, sampler| Ok(Box::new(CogView4::load(folder, sampler)?)),
    schedule: |sampler, steps, (width, height)| {
        model::schedule(sampler, steps, (width / TOKEN) as usize * (height / TOKEN) as usize)
    },
};

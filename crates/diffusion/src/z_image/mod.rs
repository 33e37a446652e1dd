//! Z-Image-Turbo: a language model reads the description, one transformer sees its words and the picture as one row of tokens.
//!
//! candle-transformers has it too, with all weights in one float type; here they stay in 16 bits on a CPU, and no matrix of all pairs
//! of tokens is made.

mod block;
mod config;
mod model;
mod places;
mod transformer;

use candle_core::DType;
use linocut_nn::LinearKind;

use crate::entry::Component;
use crate::family::{Family, Millions, QWEN, VAE, transformer as denoiser};

pub use config::ZImageConfig;
pub use model::ZImage;
pub use transformer::ZImageTransformer;

/// Z-Image.
pub static FAMILY: Family = Family {
    name: "Z-Image",
    class: "ZImagePipeline",
    networks: &[QWEN, denoiser(3, Millions::of(6_153.9, 1.0)), VAE],
    tokenizers: &[(Component::Tokenizer, "tokenizer", &["tokenizer.json"])],
    usual: (8, 0.0, 1024),
    usual_untold: None,
    usual_in: None,
    published: (DType::BF16, LinearKind::Stored),
    work: (3_000, 7_500),
    load: |folder, sampler| Ok(Box::new(ZImage::load(folder, sampler)?)),
    schedule: |sampler, steps, _| model::schedule(sampler, steps),
};

//! Stable Diffusion 3.5: three text encoders, and a transformer in which picture and text attend to each other.
//!
//! candle-transformers has the transformer too, under the names of the single-file release; here it reads the folders of diffusers,
//! keeps weights in 16 bits on a CPU and attends without a matrix of all pairs of tokens.

mod block;
mod config;
mod model;
mod transformer;

use candle_core::DType;
use linocut_nn::LinearKind;

use crate::entry::Component;
use crate::family::{CLIP, CLIP_2, Family, Millions, T5, TOKENIZER, TOKENIZER_2, VAE, transformer as denoiser};

pub use config::TransformerConfig;
pub use model::StableDiffusion3;
pub use transformer::Transformer;

/// Stable Diffusion 3.5.
pub static FAMILY: Family = Family {
    name: "Stable Diffusion 3",
    class: "StableDiffusion3Pipeline",
    networks: &[CLIP, CLIP_2, T5, denoiser(1, Millions::of(2_241.8, 227.8)), VAE],
    tokenizers: &[TOKENIZER, TOKENIZER_2, (Component::Tokenizer3, "tokenizer_3", &["tokenizer.json"])],
    usual: (40, 4.5, 1024),
    usual_untold: None,
    usual_in: None,
    published: (DType::BF16, LinearKind::Stored),
    work: (3_000, 7_500),
    load: |folder, sampler| Ok(Box::new(StableDiffusion3::load(folder, sampler)?)),
    schedule: |sampler, steps, _| sampler.schedule(steps),
};

//! FLUX.1: T5 reads the description, CLIP sums it up, and a transformer sees words and picture first as two streams, then as one.
//!
//! Schnell, dev, lite and others of their shape by configuration. candle-transformers has the transformer too, under the names of the
//! single-file release and in one float type; here it reads the folders of diffusers, keeps weights in 16 bits or fewer on a CPU and
//! attends without a matrix of all pairs of tokens.

mod block;
mod config;
mod model;
mod packed;
mod transformer;

use candle_core::DType;
use linocut_nn::LinearKind;

use crate::entry::Component;
use crate::family::{CLIP, Family, Millions, T5_SECOND, TOKENIZER, VAE, transformer as denoiser};

pub use config::FluxConfig;
pub use model::Flux;
pub use packed::named;
pub use transformer::FluxTransformer;

/// Pixels along the side of a token.
const TOKEN: u32 = 16;

/// FLUX.1.
pub static FAMILY: Family = Family {
    name: "FLUX.1",
    class: "FluxPipeline",
    networks: &[CLIP, T5_SECOND, denoiser(3, Millions::of(11_888.1, 3.1)), VAE],
    tokenizers: &[TOKENIZER, (Component::Tokenizer2, "tokenizer_2", &["tokenizer.json"])],
    usual: (28, 3.5, 1024),
    usual_untold: Some((4, 0.0, 1024)),
    usual_in: None,
    published: (DType::BF16, LinearKind::Stored),
    work: (3_000, 7_500),
    load: |folder, sampler| Ok(Box::new(Flux::load(folder, sampler)?)),
    schedule: |sampler, steps, (width, height)| {
        model::schedule(sampler, steps, (width / TOKEN) as usize * (height / TOKEN) as usize)
    },
};

//! SANA and SANA-Sprint: Gemma 2 reads the description behind an instruction, and a transformer whose attention is linear denoises latents
//! of 32 pixels along a side, which a deep compression autoencoder decodes.
//!
//! Sprint takes few steps and is told the guidance.

mod block;
mod config;
mod model;
mod text;
mod transformer;

use candle_core::DType;
use linocut_nn::LinearKind;

use crate::entry::Component;
use crate::family::{Family, GEMMA, Millions, VAE_DEEP, transformer as denoiser};

pub use config::SanaConfig;
pub use model::Sana;
pub use text::{INSTRUCTION, SanaText};
pub use transformer::SanaTransformer;

/// SANA 1.0 and 1.5.
pub static FAMILY: Family = Family {
    name: "SANA",
    class: "SanaPipeline",
    networks: &[GEMMA, denoiser(1, Millions::of(1_601.4, 3.2)), VAE_DEEP],
    tokenizers: &[(Component::Tokenizer, "tokenizer", &["tokenizer.json"])],
    usual: (20, 4.5, 1024),
    usual_untold: None,
    usual_in: None,
    published: (DType::BF16, LinearKind::Stored),
    work: (250, 3_500),
    load: |folder, sampler| Ok(Box::new(Sana::load(folder, sampler)?)),
    schedule: |sampler, steps, _| sampler.schedule(steps),
};

/// SANA-Sprint, all of whose networks are told the guidance.
pub static SPRINT: Family = Family {
    name: "SANA-Sprint",
    class: "SanaSprintPipeline",
    networks: &[GEMMA, denoiser(1, Millions::of(1_607.0, 3.2)), VAE_DEEP],
    tokenizers: &[(Component::Tokenizer, "tokenizer", &["tokenizer.json"])],
    usual: (2, 4.5, 1024),
    usual_untold: Some((2, 4.5, 1024)),
    usual_in: None,
    published: (DType::BF16, LinearKind::Stored),
    work: (250, 3_500),
    load: |folder, sampler| Ok(Box::new(Sana::load(folder, sampler)?)),
    schedule: |sampler, steps, _| sampler.schedule(steps),
};

//! Janus-Pro: a language model that draws. A Llama reads the description and writes a picture token by token; a decoder of vector
//! quantisation turns the tokens into pixels.
//!
//! It is not denoised: a step is a token, and steps, sampler, deep features and low-rank changes have no meaning for it. candle-transformers
//! has no such model.

mod choice;
mod config;
mod language;
mod layout;
mod model;
mod picture;
mod text;

use candle_core::DType;
use linocut_nn::LinearKind;

use crate::denoise::Stage;
use crate::entry::Component;
use crate::family::{Family, Millions, Network};
use crate::sampler::SamplerError;

pub use choice::choose;
pub use config::{JanusConfig, LlamaConfig, PictureConfig, RopeParameters};
pub use language::JanusLanguage;
pub use layout::Layout;
pub use model::Janus;
pub use picture::JanusPicture;
pub use text::JanusText;

/// Names of the parts.
const LANGUAGE: &str = "language_model";
const PICTURE: &str = "gen_vision_model";

const fn part(component: Component, stage: Stage, folder: &'static str, millions: Millions) -> Network {
    Network { component, stage, folder, stem: "pytorch_model", shards: 1, millions }
}

const JANUS: Family = Family {
    name: "Janus-Pro",
    class: "multi_modality",
    networks: &[
        part(Component::Transformer, Stage::Denoise, LANGUAGE, Millions::of(1_275.1, 210.0)),
        part(Component::Vae, Stage::Decode, PICTURE, Millions::with_kernels(4.2, 38.4, 38.0)),
    ],
    tokenizers: &[],
    usual: (576, 5.0, 384),
    usual_untold: None,
    usual_in: Some(model::usual),
    published: (DType::BF16, LinearKind::Stored),
    work: (2_000, 7_500),
    load: |folder, sampler| Ok(Box::new(Janus::load(folder, sampler.as_ref())?)),
    schedule: |_, _, _| Err(SamplerError::NotDenoised),
};

/// Janus-Pro as `DeepSeek` publishes it.
pub static FAMILY: Family = JANUS;

/// The same in the layout of transformers, with other names of tensors.
pub static CONVERTED: Family = Family { class: "janus", ..JANUS };

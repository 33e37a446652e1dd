//! SigLIP: a picture and a text as vectors of one space, and the picture tower that PaliGemma shares.

mod canonical;
mod config;
mod model;
mod pooling;
mod similarity;
mod text;
mod vision;

pub use canonical::canonical;
pub use config::{SiglipConfig, SiglipTextConfig, SiglipVisionConfig};
pub use model::Siglip;
pub use similarity::{Likelihood, SiglipSimilarity};
pub use text::SiglipText;
pub use vision::{SiglipStates, SiglipVision};

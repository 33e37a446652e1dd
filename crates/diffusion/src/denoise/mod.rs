//! What text-to-picture models have in common beyond their networks: options, guidance, batches, the way from noise to latents to pixels.
//!
//! A model says by [`Denoiser`] what differs; one that draws tokens in place of latents is a [`TextToPicture`] of its own. [`Diffusion`]
//! makes a [`Generate`](linocut_core::Generate) of either.

mod condition;
mod denoiser;
mod diffusion;
mod encoded;
mod generate_error;
mod noise_source;
mod options;
mod picture;
mod plan;
mod spread;
mod steps;
mod text_to_picture;

pub use condition::Condition;
pub use denoiser::{Basis, Denoiser, Geometry, Stage};
pub(crate) use diffusion::STAGE;
pub use diffusion::{Diffusion, Watch};
pub use encoded::{Encoded, Question};
pub use generate_error::GenerateError;
pub use noise_source::NoiseSource;
pub use options::DenoiseOptions;
pub use plan::{MemoryPlan, PartPlan};
pub use spread::Spread;
pub use text_to_picture::{Order, TextToPicture};

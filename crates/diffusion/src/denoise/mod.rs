//! What text-to-picture models have in common beyond their networks: options, guidance, the way from noise to latents.
//!
//! A model says by [`Denoiser`] what differs; [`Diffusion`] makes a [`Generate`](linocut_core::Generate) of it.

mod condition;
mod denoiser;
mod diffusion;
mod options;

pub use condition::Condition;
pub use denoiser::{Denoiser, Geometry};
pub use diffusion::Diffusion;
pub use options::DenoiseOptions;

//! Latents to pictures and back.

mod attention;
mod autoencoder_kl;
mod autoencoder_tiny;
mod config;
mod decoder;
mod deep;
mod encoder;
mod stage;
mod tiles;

pub(crate) use attention::{EPS, PixelAttention};
pub use autoencoder_kl::{AutoencoderKl, Distribution};
pub use autoencoder_tiny::{AutoencoderTiny, AutoencoderTinyConfig};
pub use config::AutoencoderKlConfig;
pub use deep::{AutoencoderDc, AutoencoderDcConfig, BlockKind, PerStage};

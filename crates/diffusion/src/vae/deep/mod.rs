//! The deep compression autoencoder (DC-AE): 32 pixels along the side of a latent, stages of convolutions near the picture and of linear
//! attention near the latents.

mod attention;
mod autoencoder;
mod config;
mod decoder;
mod encoder;
mod resample;
mod stage;

pub use autoencoder::AutoencoderDc;
pub use config::{AutoencoderDcConfig, BlockKind, PerStage};

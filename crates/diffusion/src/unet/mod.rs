//! The denoiser of the SDXL family: a UNet with attention to the text, told the time, the pooled text and the picture's size.

mod config;
mod embedding;
mod model;
mod stage;

pub use config::UNetConfig;
pub use model::{UNet, UNetInput};

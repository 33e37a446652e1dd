//! The denoiser of Stable Diffusion and of the SDXL family: a UNet with attention to the text, told the time and in the latter the
//! pooled text and the picture's size.

mod config;
mod deep_cache;
mod embedding;
mod forward;
mod model;
mod stage;

pub use config::{PerStage, UNetConfig};
pub use deep_cache::{DeepCache, DeepFeatures, Reuse};
pub(crate) use embedding::{Projection, Waves};
pub use model::{UNet, UNetInput};

//! The SDXL family: SDXL, Turbo, Lightning, Flash, Hyper, SSD-1B. Text to latents to picture.

mod conditioning;
mod generate_error;
mod model;
mod named;
mod options;
mod picture;
mod sample;
mod source;

pub use conditioning::Conditioning;
pub use generate_error::GenerateError;
pub use model::Sdxl;
pub use options::SdxlOptions;
pub(crate) use picture::to_image;
pub use sample::{NoiseSource, Watch};
pub use source::SdxlSource;

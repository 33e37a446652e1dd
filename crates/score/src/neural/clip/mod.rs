//! CLIP: a picture and a text as vectors of one space.

mod config;
mod model;
mod vision;

pub use config::{ClipConfig, ClipVisionConfig};
pub use model::{Clip, ClipSimilarity};
pub(crate) use model::{UNUSED, unit};
pub use vision::ClipVision;

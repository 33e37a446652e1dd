//! CLIP: a picture and a text as vectors of one space.

mod config;
mod model;
mod text;
mod vision;

pub use config::{ClipConfig, ClipTextConfig, ClipVisionConfig};
pub use model::{Clip, ClipSimilarity};
pub(crate) use model::{UNUSED, unit};
pub use text::ClipText;
pub use vision::ClipVision;

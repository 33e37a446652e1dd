//! How beautiful people find a picture, as learnt from their ratings: a linear head on the vector of CLIP or SigLIP.

mod clip_aesthetic;
mod linear_head;
mod predictor;
mod siglip_aesthetic;

pub use clip_aesthetic::ClipAesthetic;
pub use linear_head::LinearHead;
pub use predictor::{PictureTower, Predictor};
pub use siglip_aesthetic::SiglipAesthetic;

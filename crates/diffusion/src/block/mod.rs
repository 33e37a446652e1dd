//! Blocks that several networks share.

mod feed_forward;
pub(crate) mod joint;
pub(crate) mod modulation;
mod resize;
mod resnet;
mod spatial_transformer;
mod transformer_block;

pub(crate) use resize::{double, enlarge};
pub use resnet::ResnetBlock;
pub use spatial_transformer::SpatialTransformer;
pub use transformer_block::TransformerBlock;

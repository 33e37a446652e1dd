//! Attention: the layer, and the operation without weights.

mod attend;
mod flash;
mod layer;
mod mask;

pub use attend::{Scaling, attend};
pub(crate) use attend::{by_head, shares};
pub use layer::{Attention, AttentionConfig};
pub use mask::Mask;

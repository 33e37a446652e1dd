//! Attention: the layer, and the operation without weights.

mod attend;
mod flash;
mod layer;
pub(crate) mod linear;
mod mask;

pub use attend::{Scaling, attend};
pub(crate) use attend::{by_head, shares};
pub use layer::{Attention, AttentionConfig};
pub use linear::attend_linearly;
pub use mask::Mask;

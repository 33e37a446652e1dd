//! Limits of the rasteriser: how large a picture may be, and how much a forward pass may keep.

/// Longest side of a picture, in px.
pub const MAX_SIDE: u32 = 8192;

/// Most pixels, layer upon layer, that a forward pass keeps: 1 GiB in `f32`.
pub(crate) const MAX_KEPT: usize = 1 << 26;

//! Limits of what a sanitised file may ask of a renderer, and of what sanitising keeps.

pub use linocut_svg::limits::{MAX_DEPTH, MAX_NODES, MAX_NUMBER, MAX_RELATIVE};

/// Longest side of the picture, in pixels.
pub const MAX_SIDE: f64 = 8192.0;

/// Most bytes of attribute values that are copied, unless the profile allows a longer text.
pub(crate) const MAX_KEPT: usize = 4 << 20;

/// Most changes that are listed.
pub(crate) const MAX_CHANGES: usize = 10_000;

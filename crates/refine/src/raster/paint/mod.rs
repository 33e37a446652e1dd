//! Painting layer over layer, and the gradient of each layer's colours, coverage and opacity.

pub(crate) mod colors;
pub(crate) mod compose;
pub(crate) mod uncompose;

//! Linear layers whose weights are kept in few bits and widened tile by tile.

mod packed;
mod rows;
mod tiles;

pub(crate) use packed::Packed;

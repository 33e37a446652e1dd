//! Weights in four bits, as bitsandbytes makes and stores them (NF4).
//!
//! A matrix is cut into blocks of 64 values in row order. Each block keeps its largest magnitude and, for every value, the
//! index of the nearest of 16 fixed levels. The magnitudes themselves are stored in eight bits ([`Scales`]).
//!
//! # Source
//!
//! Dettmers et al. 2023, "`QLoRA`"; the reference is bitsandbytes 0.50 (`quantize_4bit`, `dequantize_4bit`).

mod codebook;
mod dynamic_map;
mod expand;
mod matrix;
mod scales;
mod stored;

pub use codebook::{LEVELS, nearest_levels};
pub use dynamic_map::dynamic_map;
pub use matrix::{BLOCK, Nf4Matrix};
pub use scales::{SCALES_PER_GROUP, Scales};
pub use stored::{Nf4Error, StoredNf4};

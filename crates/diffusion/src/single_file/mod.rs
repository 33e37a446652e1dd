//! Checkpoints in one file, in the names of the original code.
//!
//! Such a file has no tokenizer, no configuration and no scheduler. Configurations follow from its kind and from shapes
//! ([`SingleFile`]); the rest is from a [`Base`].

mod base;
mod file;
mod kind;
pub(crate) mod names;
mod shapes;

pub use base::{Base, Completed};
pub use file::SingleFile;

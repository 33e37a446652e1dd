//! Checkpoints in one file, in the names of the original code: what fine-tunes of Stable Diffusion are published as.
//!
//! Such a file has no tokenizer, no configuration and no scheduler. Configurations follow from its kind and from shapes
//! ([`SingleFile`]); the rest is from a [`Base`].
//!
//! ```no_run
//! use linocut_diffusion::hub::Places;
//! use linocut_diffusion::single_file::{Base, SingleFile};
//!
//! let file = SingleFile::open("fine-tune.safetensors")?;
//! let model = file.completed(&Base::Usual, &Places::of_environment())?.open()?;
//! # Ok::<(), linocut_diffusion::ModelError>(())
//! ```

mod base;
mod file;
mod kind;
mod shapes;

pub use base::{Base, Completed};
pub use file::SingleFile;

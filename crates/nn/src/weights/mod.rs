//! Weights from published files: safetensors (one file, or shards with an index), `PyTorch` zip pickles, GGUF, or no file at all.
//!
//! A [`Weights`] is a cheap handle with a name prefix. A tensor is read from its file when it is asked for, so loading a model
//! needs little more memory than the model; the handle remembers what was asked, which makes a loader comparable with the
//! published list of tensors.

mod adapt;
mod blank;
mod checks;
mod finite;
mod folder;
mod gguf;
mod handle;
mod header;
mod int8;
mod outline;
mod pickle;
mod piece;
mod record;
mod rename;
mod shards;
mod source;
mod view;
mod weights_error;

pub use adapt::{Adapt, AdaptError};
pub use handle::Weights;
pub use piece::{Cut, Piece};
pub use view::View;
pub use weights_error::WeightsError;

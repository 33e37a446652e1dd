//! Causal language models that write drawings: Llama 3, Qwen 2.5, Qwen 3 and Gemma 2, from their folders in the layout of Hugging
//! Face, or from a GGUF file.

mod asking;
mod causal;
mod chat;
mod config;
mod error;
mod files;
mod gguf;
mod mend;
mod sampling;
#[cfg(feature = "small-writer")]
mod small;
mod writer;

pub use asking::Asking;
pub use causal::Causal;
pub use chat::{Chat, Message, Role};
pub use config::CausalConfig;
pub use error::ModelError;
pub(crate) use files::read_json;
pub use mend::{Mended, mend};
pub use sampling::{Sampler, Sampling};
pub use writer::{LanguageModel, Progress, Written};

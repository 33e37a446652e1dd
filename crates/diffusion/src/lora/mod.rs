//! Low-rank changes of weights, merged as the weights are loaded.

mod adapter_config;
mod lora_error;
mod low_rank;
mod names;

pub use lora_error::LoraError;
pub use low_rank::Lora;
pub use names::Component;

//! Layers that several models share, each once; the kernels that make them fast on a CPU; weights from published files.
//!
//! A model file elsewhere is configuration, wiring and tensor names. Layers load themselves from [`weights::Weights`] and take and
//! give candle tensors. On a CPU in f32 they run on this crate's kernels; elsewhere on candle's own operations. Every kernel gives
//! the right gradient of its input and none of the weights, which are frozen, so one wiring serves inference and gradients with
//! respect to a picture. A linear layer, a table or an RMS norm whose tensor is a variable of candle's is learnt: it goes through candle's
//! operations, which give its gradient.

mod activation;
mod attention;
mod channel_norm;
mod clip_text;
mod conv;
pub mod decoder;
mod depthwise;
mod embedding;
mod encoder;
mod gated;
mod gated_conv;
pub mod gemma2;
mod group_norm;
mod grouped;
mod kernel;
mod linear;
mod location;
mod mlp;
pub mod nf4;
mod norm;
mod patch_embedding;
pub mod place;
pub mod repositories;
mod rotary;
pub mod weights;

pub use candle_core;

pub use activation::{Activation, softmax_last_dim};
pub use attention::{Attention, AttentionConfig, Mask, Scaling, attend, attend_linearly};
pub use channel_norm::ChannelNorm;
pub use clip_text::{ClipText, ClipTextConfig, ClipTextOutput};
pub use conv::{Conv2d, ConvConfig};
pub use depthwise::DepthwiseConv;
pub use embedding::Embedding;
pub use encoder::{Encoder, EncoderConfig};
pub use gated::{GatedMlp, gated_gelu};
pub use gated_conv::GatedConv;
pub use group_norm::GroupNorm;
pub use grouped::GroupedLinear;
pub use linear::svdq;
pub use linear::{Format, Linear, LinearKind, Matrix};
pub use location::{Bundle, Location, ReadError};
pub use mlp::Mlp;
pub use norm::{Gain, LayerNorm, RmsNorm, normalised};
pub use patch_embedding::PatchEmbedding;
pub use rotary::{Pairs, Rotary, frequencies};

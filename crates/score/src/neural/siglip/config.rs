//! Shape of a SigLIP, as `config.json` has it.

use linocut_nn::{Activation, EncoderConfig};
use serde::Deserialize;

/// Shape of a SigLIP. Absent keys are as in `transformers`: base, patch 16, 224 px.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SiglipConfig {
    /// The text tower.
    pub text_config: SiglipTextConfig,
    /// The picture tower.
    pub vision_config: SiglipVisionConfig,
}

/// Shape of the text tower.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct SiglipTextConfig {
    /// Number of tokens. Default: 32,000.
    pub vocab_size: usize,
    /// Length of a token's vector. Default: 768.
    pub hidden_size: usize,
    /// Length of the vectors inside the MLPs. Default: 3,072.
    pub intermediate_size: usize,
    /// Number of layers. Default: 12.
    pub num_hidden_layers: usize,
    /// Number of attention heads. Default: 12.
    pub num_attention_heads: usize,
    /// Tokens of every text. Default: 64.
    pub max_position_embeddings: usize,
    /// Activation of the MLPs. Default: gelu by tanh.
    pub hidden_act: Activation,
    /// Added to variances. Default: 1e-6.
    pub layer_norm_eps: f64,
    /// Length of the result. Default: `hidden_size`.
    pub projection_size: Option<usize>,
}

impl Default for SiglipTextConfig {
    fn default() -> Self {
        Self {
            vocab_size: 32_000,
            hidden_size: 768,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            max_position_embeddings: 64,
            hidden_act: Activation::GeluTanh,
            layer_norm_eps: 1e-6,
            projection_size: None,
        }
    }
}

/// Shape of the picture tower.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct SiglipVisionConfig {
    /// Length of a patch's vector. Default: 768.
    pub hidden_size: usize,
    /// Length of the vectors inside the MLPs. Default: 3,072.
    pub intermediate_size: usize,
    /// Number of layers. Default: 12.
    pub num_hidden_layers: usize,
    /// Number of attention heads. Default: 12.
    pub num_attention_heads: usize,
    /// Channels of a picture. Default: 3.
    pub num_channels: usize,
    /// Side of a picture, px. Default: 224.
    pub image_size: usize,
    /// Side of a patch, px. Default: 16.
    pub patch_size: usize,
    /// Activation of the MLPs. Default: gelu by tanh.
    pub hidden_act: Activation,
    /// Added to variances. Default: 1e-6.
    pub layer_norm_eps: f64,
    /// Whether the patches are pooled into one vector; `PaliGemma` takes them as they are. Default: true.
    pub vision_use_head: bool,
}

impl Default for SiglipVisionConfig {
    fn default() -> Self {
        Self {
            hidden_size: 768,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            num_channels: 3,
            image_size: 224,
            patch_size: 16,
            hidden_act: Activation::GeluTanh,
            layer_norm_eps: 1e-6,
            vision_use_head: true,
        }
    }
}

impl SiglipTextConfig {
    pub(super) fn encoder(&self) -> EncoderConfig {
        EncoderConfig {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            mlp: self.intermediate_size,
            activation: self.hidden_act,
            eps: self.layer_norm_eps,
            causal: false,
        }
    }
}

impl SiglipVisionConfig {
    pub(super) fn encoder(&self) -> EncoderConfig {
        EncoderConfig {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            mlp: self.intermediate_size,
            activation: self.hidden_act,
            eps: self.layer_norm_eps,
            causal: false,
        }
    }

    /// Number of patches of a picture.
    pub fn patches(&self) -> usize {
        (self.image_size / self.patch_size.max(1)).pow(2)
    }
}

//! Shape of a CLIP, as `config.json` has it.

use linocut_nn::{Activation, ClipTextConfig, EncoderConfig};
use serde::Deserialize;

/// Shape of a CLIP. Absent keys are as in `transformers`: ViT-B/32.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct ClipConfig {
    /// The text tower.
    pub text_config: ClipTextConfig,
    /// The picture tower.
    pub vision_config: ClipVisionConfig,
    /// Length of the vectors of the common space. Default: 512.
    pub projection_dim: usize,
}

impl Default for ClipConfig {
    fn default() -> Self {
        Self { text_config: ClipTextConfig::default(), vision_config: ClipVisionConfig::default(), projection_dim: 512 }
    }
}

/// Shape of the picture tower.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct ClipVisionConfig {
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
    /// Side of a patch, px. Default: 32.
    pub patch_size: usize,
    /// Activation of the MLPs. Default: quick gelu.
    pub hidden_act: Activation,
    /// Added to variances. Default: 1e-5.
    pub layer_norm_eps: f64,
}

impl Default for ClipVisionConfig {
    fn default() -> Self {
        Self {
            hidden_size: 768,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            num_channels: 3,
            image_size: 224,
            patch_size: 32,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
        }
    }
}

impl ClipVisionConfig {
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
    pub(super) fn patches(&self) -> usize {
        (self.image_size / self.patch_size.max(1)).pow(2)
    }
}

//! The transformer's `config.json`.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config, require};

/// Latents that a token is made of: 2 x 2.
const LATENTS: usize = 4;

/// What `transformer/config.json` says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct FluxConfig {
    /// Side of a patch, in tokens; 1. Default: 1.
    #[serde(default = "one")]
    pub patch_size: usize,
    /// Numbers of a token: four times the channels of the latents.
    pub in_channels: usize,
    /// Numbers of the prediction for a token, if not as many; as many.
    #[serde(default)]
    pub out_channels: Option<usize>,
    /// Blocks in which picture and text are two streams, at least 1.
    pub num_layers: usize,
    /// Blocks in which they are one.
    pub num_single_layers: usize,
    /// Length of a head's vectors.
    pub attention_head_dim: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Length of the text's vectors.
    pub joint_attention_dim: usize,
    /// Length of the pooled text.
    pub pooled_projection_dim: usize,
    /// Whether the network is told how much guidance is wanted. Default: false.
    #[serde(default)]
    pub guidance_embeds: bool,
    /// Numbers of a head's vector that tell nothing, the row and the column. Default: 16, 56, 56.
    #[serde(default = "axes")]
    pub axes_dims_rope: Vec<usize>,
}

fn one() -> usize {
    1
}

fn axes() -> Vec<usize> {
    vec![16, 56, 56]
}

impl FluxConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for what the published models do not use.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let config: Self = read_config(&file.into())?;
        config.check()?;
        Ok(config)
    }

    /// Checks the numbers.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] names the first field that cannot be.
    pub fn check(&self) -> Result<(), ModelError> {
        let (channels, axes) = (self.in_channels, &self.axes_dims_rope);
        let is_packed = channels > 0 && channels.is_multiple_of(LATENTS);
        let is_same = self.out_channels.is_none_or(|out| out == channels);
        let is_head = axes.len() == 3 && axes.iter().sum::<usize>() == self.attention_head_dim;
        let is_even = axes.iter().all(|axis| axis.is_multiple_of(2));
        require(self.patch_size == 1, "patch_size", "1", &self.patch_size)?;
        require(is_packed, "in_channels", "a multiple of 4", &channels)?;
        require(is_same, "out_channels", "`in_channels` or null", &self.out_channels)?;
        require(self.num_layers > 0, "num_layers", "at least 1", &self.num_layers)?;
        require(self.num_attention_heads > 0, "num_attention_heads", "at least 1", &self.num_attention_heads)?;
        require(is_head && is_even, "axes_dims_rope", "three even numbers that make up a head", axes)
    }

    /// Length of a token's vector.
    pub(super) fn hidden(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }

    /// Channels of the latents.
    pub(super) fn channels(&self) -> usize {
        self.in_channels / LATENTS
    }
}

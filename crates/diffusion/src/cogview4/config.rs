//! The transformer's `config.json`.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config, require};

/// What `transformer/config.json` says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct CogView4Config {
    /// Side of a patch, in latents. Default: 2.
    #[serde(default = "two")]
    pub patch_size: usize,
    /// Channels of the latents.
    pub in_channels: usize,
    /// Channels of the prediction; as many.
    pub out_channels: usize,
    /// Blocks, at least 1.
    pub num_layers: usize,
    /// Length of a head's vectors, a multiple of 4.
    pub attention_head_dim: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Length of the text's vectors.
    pub text_embed_dim: usize,
    /// Length of the vector that tells time and size.
    pub time_embed_dim: usize,
    /// Length of the waves that tell each number of a size, even.
    pub condition_dim: usize,
    /// Places among which rows and columns of any picture are spread. Default: 256 and 256.
    #[serde(default = "places")]
    pub rope_axes_dim: [usize; 2],
}

fn two() -> usize {
    2
}

fn places() -> [usize; 2] {
    [256, 256]
}

impl CogView4Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for what the published model does not use.
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
        let (channels, head, waves) = (self.in_channels, self.attention_head_dim, self.condition_dim);
        let places = &self.rope_axes_dim;
        require(self.patch_size > 0, "patch_size", "at least 1", &self.patch_size)?;
        require(channels > 0, "in_channels", "at least 1", &channels)?;
        require(self.out_channels == channels, "out_channels", "`in_channels`", &self.out_channels)?;
        require(self.num_layers > 0, "num_layers", "at least 1", &self.num_layers)?;
        require(head > 0 && head.is_multiple_of(4), "attention_head_dim", "a multiple of 4", &head)?;
        require(self.num_attention_heads > 0, "num_attention_heads", "at least 1", &self.num_attention_heads)?;
        require(waves > 0 && waves.is_multiple_of(2), "condition_dim", "an even number", &waves)?;
        require(places.iter().all(|count| *count > 0), "rope_axes_dim", "at least 1 each", places)
    }

    /// Length of a token's vector.
    pub(super) fn hidden(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }
}

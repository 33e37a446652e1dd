//! The transformer's `config.json`.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config, require};

/// What `transformer/config.json` says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct TransformerConfig {
    /// Side of a patch, in latents.
    pub patch_size: usize,
    /// Channels of the latents that go in.
    pub in_channels: usize,
    /// Channels of the prediction.
    pub out_channels: usize,
    /// Blocks, at least 1.
    pub num_layers: usize,
    /// Length of a head's vectors.
    pub attention_head_dim: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Length of the text's vectors.
    pub joint_attention_dim: usize,
    /// Length of the text's vectors inside; that of the picture's.
    pub caption_projection_dim: usize,
    /// Length of the pooled text.
    pub pooled_projection_dim: usize,
    /// Most patches along a side.
    pub pos_embed_max_size: usize,
    /// Blocks in which the picture also attends to itself alone. Default: none, as in version 3.0.
    #[serde(default)]
    pub dual_attention_layers: Vec<usize>,
    /// Norm of queries and keys, `rms_norm` or none. Default: none.
    #[serde(default)]
    pub qk_norm: Option<String>,
}

impl TransformerConfig {
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
        let (hidden, length) = (self.hidden(), self.caption_projection_dim);
        let has_layers = self.num_layers > 0 && self.patch_size > 0 && hidden > 0;
        let is_normed = matches!(self.qk_norm.as_deref(), None | Some("rms_norm"));
        require(has_layers, "num_layers", "at least 1, with patches and heads", &self.num_layers)?;
        require(length == hidden, "caption_projection_dim", "the length of all heads together", &length)?;
        require(is_normed, "qk_norm", "rms_norm or null", &self.qk_norm)
    }

    /// Length of a token's vector.
    pub(super) fn hidden(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }
}

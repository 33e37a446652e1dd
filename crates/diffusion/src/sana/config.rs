//! The transformer's `config.json`.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config, require};

/// What `transformer/config.json` says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct SanaConfig {
    /// Channels of the latents.
    pub in_channels: usize,
    /// Channels of the prediction, if not as many; as many.
    #[serde(default)]
    pub out_channels: Option<usize>,
    /// Heads of the attention among patches, at least 1.
    pub num_attention_heads: usize,
    /// Length of their vectors.
    pub attention_head_dim: usize,
    /// Blocks, at least 1.
    pub num_layers: usize,
    /// Heads of the attention to words, at least 1.
    pub num_cross_attention_heads: usize,
    /// Length of their vectors.
    pub cross_attention_head_dim: usize,
    /// Length of a word's vector in the blocks: that of a patch's.
    pub cross_attention_dim: usize,
    /// Length of the text encoder's vectors.
    pub caption_channels: usize,
    /// How many times longer than a patch's vector those inside the MLP are. Default: 2.5.
    #[serde(default = "ratio")]
    pub mlp_ratio: f64,
    /// Whether queries, keys and values among patches have a bias. Default: false.
    #[serde(default)]
    pub attention_bias: bool,
    /// Side of a patch, in latents. Default: 1.
    #[serde(default = "one")]
    pub patch_size: usize,
    /// Whether the norm before the MLP has weights; false.
    #[serde(default)]
    pub norm_elementwise_affine: bool,
    /// Added to the variance by the norms of the blocks. Default: 1e-6.
    #[serde(default = "eps")]
    pub norm_eps: f64,
    /// Scale of positions, which models for pictures over 1024 px are told; null.
    #[serde(default)]
    pub interpolation_scale: Option<f64>,
    /// Whether the network is told how much guidance is wanted. Default: false.
    #[serde(default)]
    pub guidance_embeds: bool,
    /// What the guidance is multiplied by when it is told. Default: 0.1.
    #[serde(default = "tenth")]
    pub guidance_embeds_scale: f64,
    /// Norm of queries and keys: `rms_norm_across_heads` or null. Default: null.
    #[serde(default)]
    pub qk_norm: Option<String>,
    /// What times are multiplied by, in models that are not told the guidance. Default: 1.
    #[serde(default = "unscaled")]
    pub timestep_scale: f64,
}

fn ratio() -> f64 {
    2.5
}

fn one() -> usize {
    1
}

fn eps() -> f64 {
    1e-6
}

fn tenth() -> f64 {
    0.1
}

fn unscaled() -> f64 {
    1.0
}

impl SanaConfig {
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
        let hidden = self.hidden();
        let is_same = self.out_channels.is_none_or(|out| out == self.in_channels);
        let is_norm = self.qk_norm.as_deref().is_none_or(|norm| norm == "rms_norm_across_heads");
        let (affine, scale) = (self.norm_elementwise_affine, &self.interpolation_scale);
        require(self.num_layers > 0, "num_layers", "at least 1", &self.num_layers)?;
        require(hidden > 0, "num_attention_heads", "at least 1, of vectors of at least 1", &self.num_attention_heads)?;
        let heads = &self.num_cross_attention_heads;
        require(self.cross() > 0, "num_cross_attention_heads", "at least 1, of vectors of at least 1", heads)?;
        let words = &self.cross_attention_dim;
        require(*words == hidden, "cross_attention_dim", "`num_attention_heads` x `attention_head_dim`", words)?;
        require(self.inner() > 0, "mlp_ratio", "above 0", &self.mlp_ratio)?;
        require(self.patch_size > 0, "patch_size", "at least 1", &self.patch_size)?;
        require(is_same, "out_channels", "`in_channels` or null", &self.out_channels)?;
        require(is_norm, "qk_norm", "rms_norm_across_heads or null", &self.qk_norm)?;
        require(!affine, "norm_elementwise_affine", "false", &affine)?;
        require(scale.is_none(), "interpolation_scale", "null, as for pictures up to 1024 px", scale)
    }

    /// Length of a patch's vector.
    pub(super) fn hidden(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }

    /// Length of a patch's queries to words.
    pub(super) fn cross(&self) -> usize {
        self.num_cross_attention_heads * self.cross_attention_head_dim
    }

    /// Length of the vectors behind the MLP's gate, rounded down as in the reference.
    pub(super) fn inner(&self) -> usize {
        (self.mlp_ratio * self.hidden() as f64) as usize
    }
}

//! The transformer's `config.json`.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config, require};

/// What `transformer/config.json` says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct ZImageConfig {
    /// Sides of patches that the network knows; one.
    pub all_patch_size: Vec<usize>,
    /// Pictures in a patch; one.
    pub all_f_patch_size: Vec<usize>,
    /// Channels of the latents.
    pub in_channels: usize,
    /// Length of a token's vector.
    pub dim: usize,
    /// Blocks over words and picture.
    pub n_layers: usize,
    /// Blocks over each of them alone.
    pub n_refiner_layers: usize,
    /// Attention heads.
    pub n_heads: usize,
    /// Heads of keys and values; as many.
    pub n_kv_heads: usize,
    /// Added to the mean square by the norms.
    pub norm_eps: f64,
    /// Whether queries and keys are normed.
    pub qk_norm: bool,
    /// Length of the text's vectors.
    pub cap_feat_dim: usize,
    /// Base of the frequencies of places.
    pub rope_theta: f64,
    /// What the time, 0 to 1, is multiplied by.
    pub t_scale: f64,
    /// Numbers of a head's vector that tell the place in the row, the picture's row and its column.
    pub axes_dims: Vec<usize>,
    /// Most places on each of these.
    pub axes_lens: Vec<usize>,
}

impl ZImageConfig {
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
        let (heads, axes) = (self.n_heads, &self.axes_dims);
        let is_patch = matches!((&self.all_patch_size[..], &self.all_f_patch_size[..]), ([side], [1]) if *side > 0);
        let divides = heads > 0 && self.dim.is_multiple_of(heads) && heads == self.n_kv_heads;
        let is_head = axes.len() == 3 && self.axes_lens.len() == 3 && axes.iter().sum::<usize>() == self.head();
        let is_even = axes.iter().all(|axis| axis.is_multiple_of(2)) && self.qk_norm;
        require(is_patch, "all_patch_size", "one, of one picture", &self.all_patch_size)?;
        require(divides, "n_kv_heads", "`n_heads`, a divisor of `dim`", &self.n_kv_heads)?;
        require(is_head, "axes_dims", "three that make up a head", axes)?;
        require(is_even, "axes_dims", "even numbers, with a norm of queries and keys", axes)
    }

    /// Side of a patch, in latents.
    pub(super) fn patch(&self) -> usize {
        self.all_patch_size.first().copied().unwrap_or(1)
    }

    /// Length of a head's vectors.
    pub(super) fn head(&self) -> usize {
        self.dim / self.n_heads.max(1)
    }
}

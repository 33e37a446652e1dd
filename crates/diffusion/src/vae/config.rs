//! The autoencoder's `config.json`.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config, require};

/// What `vae/config.json` says of an `AutoencoderKL`. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct AutoencoderKlConfig {
    /// Channels of a picture.
    pub in_channels: usize,
    /// Channels of a decoded picture.
    pub out_channels: usize,
    /// Channels of latents.
    pub latent_channels: usize,
    /// Channels of each stage, from the picture to the latents.
    pub block_out_channels: Vec<usize>,
    /// Residual blocks of a stage of the encoder; one more in the decoder.
    pub layers_per_block: usize,
    /// Groups of the group norms.
    pub norm_num_groups: usize,
    /// What latents are multiplied by for the denoiser. Default: 0.18215, of Stable Diffusion 1 and 2.
    #[serde(default = "stable_diffusion")]
    pub scaling_factor: f64,
    /// What is taken from latents before. Default: 0.
    #[serde(default)]
    pub shift_factor: Option<f64>,
    /// Whether there is a 1 x 1 convolution behind the encoder. Default: true.
    #[serde(default = "yes")]
    pub use_quant_conv: bool,
    /// Whether there is a 1 x 1 convolution before the decoder. Default: true.
    #[serde(default = "yes")]
    pub use_post_quant_conv: bool,
    /// Whether there is attention in the middle. Default: true.
    #[serde(default = "yes")]
    pub mid_block_add_attention: bool,
}

fn stable_diffusion() -> f64 {
    0.18215
}

fn yes() -> bool {
    true
}

impl AutoencoderKlConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] if the groups do not divide the channels.
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
        let (groups, channels) = (self.norm_num_groups, &self.block_out_channels);
        let is_grouped = groups > 0 && channels.iter().all(|count| *count > 0 && count % groups == 0);
        let is_grouped = is_grouped && !channels.is_empty();
        require(is_grouped, "block_out_channels", "multiples of `norm_num_groups`", channels)?;
        require(self.scaling_factor.is_normal(), "scaling_factor", "a number other than 0", &self.scaling_factor)
    }

    /// Pixels along the side of one latent.
    pub fn scale(&self) -> usize {
        1 << (self.block_out_channels.len().clamp(1, 16) - 1)
    }

    pub(super) fn deepest(&self) -> usize {
        self.block_out_channels.last().copied().unwrap_or(0)
    }
}

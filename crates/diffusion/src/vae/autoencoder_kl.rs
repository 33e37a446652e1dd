//! The autoencoder with a normal distribution of latents.

use candle_core::Tensor;
use linocut_nn::weights::Weights;
use linocut_nn::{Conv2d, ConvConfig};

use super::config::AutoencoderKlConfig;
use super::decoder::Decoder;
use super::encoder::Encoder;
use super::tiles::{self, Tiling};
use crate::model_error::ModelError;

/// Largest side that is decoded at once, in pixels: a picture of twice that would take four times the memory and, in the
/// attention, sixteen times the time.
const WHOLE: usize = 1024;
/// What neighbouring tiles share, in pixels.
const OVERLAP: usize = 256;
/// Range of the logarithm of the variance.
const LOG_VARIANCE: (f64, f64) = (-30.0, 20.0);

/// `AutoencoderKL`: latents to pictures and back. Run it in f32 (or bf16): SDXL's overflows in f16.
#[derive(Clone, Debug)]
pub struct AutoencoderKl {
    config: AutoencoderKlConfig,
    encoder: Encoder,
    decoder: Decoder,
    behind: Option<Conv2d>,
    before: Option<Conv2d>,
}

/// A normal distribution of latents, each (batch, latents, height / scale, width / scale).
#[derive(Clone, Debug)]
pub struct Distribution {
    /// The mean.
    pub mean: Tensor,
    /// Logarithm of the variance, -30 to 20.
    pub log_variance: Tensor,
}

impl AutoencoderKl {
    /// Loads encoder and decoder under their published names.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if the numbers do not fit each other, [`ModelError::Weights`] if a tensor is missing or has
    /// another shape.
    pub fn load(weights: &Weights, config: &AutoencoderKlConfig) -> Result<Self, ModelError> {
        config.check()?;
        let latents = config.latent_channels;
        let point = |name: &str, width| Conv2d::load(&weights.pp(name), width, width, ConvConfig::POINT);
        Ok(Self {
            encoder: Encoder::load(&weights.pp("encoder"), config)?,
            decoder: Decoder::load(&weights.pp("decoder"), config)?,
            behind: config.use_quant_conv.then(|| point("quant_conv", 2 * latents)).transpose()?,
            before: config.use_post_quant_conv.then(|| point("post_quant_conv", latents)).transpose()?,
            config: config.clone(),
        })
    }

    /// The distribution of a picture's latents, not yet scaled for a denoiser.
    ///
    /// # Shapes
    ///
    /// - `picture`: (batch, 3, height, width), -1 to 1
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other channels or sides that are no multiple of [`AutoencoderKlConfig::scale`].
    pub fn encode(&self, picture: &Tensor) -> Result<Distribution, ModelError> {
        let (channels, scale) = (self.config.in_channels, self.config.scale());
        let fits = matches!(picture.dims(), [_, c, h, w]
            if *c == channels && h * w > 0 && h.is_multiple_of(scale) && w.is_multiple_of(scale));
        if !fits {
            let expected = format!("(batch, {channels}, multiple of {scale}, multiple of {scale})");
            return Err(ModelError::ShapeMismatch { tensor: "picture", expected, actual: picture.dims().to_vec() });
        }
        let mut moments = self.encoder.forward(picture)?;
        if let Some(behind) = &self.behind {
            moments = behind.forward(&moments)?;
        }
        let latents = self.config.latent_channels;
        let log_variance = moments.narrow(1, latents, latents)?.clamp(LOG_VARIANCE.0, LOG_VARIANCE.1)?;
        Ok(Distribution { mean: moments.narrow(1, 0, latents)?.contiguous()?, log_variance })
    }

    /// The picture of latents that are not scaled for a denoiser; in tiles if a side is over 1024 px.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, latents, height, width)
    /// - result: (batch, 3, scale x height, scale x width), about -1 to 1
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other channels.
    pub fn decode(&self, latents: &Tensor) -> Result<Tensor, ModelError> {
        let scale = self.config.scale();
        self.decode_in_tiles(latents, Tiling { side: (WHOLE / scale).max(2), overlap: (OVERLAP / scale).max(1) })
    }

    fn decode_in_tiles(&self, latents: &Tensor, tiling: Tiling) -> Result<Tensor, ModelError> {
        let channels = self.config.latent_channels;
        if !matches!(latents.dims(), [_, c, h, w] if *c == channels && h * w > 0) {
            let expected = format!("(batch, {channels}, height, width)");
            return Err(ModelError::ShapeMismatch { tensor: "latents", expected, actual: latents.dims().to_vec() });
        }
        Ok(tiles::decode(latents, tiling, self.config.scale(), |tile| {
            let entered = self.before.as_ref().map(|before| before.forward(tile)).transpose()?;
            self.decoder.forward(entered.as_ref().unwrap_or(tile))
        })?)
    }

    /// Latents of a denoiser as the decoder wants them: `latents / scaling_factor + shift_factor`.
    ///
    /// # Errors
    ///
    /// When the latents are not of a float type.
    pub fn unscale(&self, latents: &Tensor) -> candle_core::Result<Tensor> {
        (latents / self.config.scaling_factor)? + self.config.shift_factor.unwrap_or(0.0)
    }

    /// Latents of the encoder as a denoiser wants them: `(latents - shift_factor) * scaling_factor`.
    ///
    /// # Errors
    ///
    /// When the latents are not of a float type.
    pub fn scale(&self, latents: &Tensor) -> candle_core::Result<Tensor> {
        (latents - self.config.shift_factor.unwrap_or(0.0))? * self.config.scaling_factor
    }

    /// The configuration that the autoencoder was loaded with.
    pub fn config(&self) -> &AutoencoderKlConfig {
        &self.config
    }
}

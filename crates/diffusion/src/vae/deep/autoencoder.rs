//! The whole autoencoder.

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;
use linocut_nn::weights::Weights;

use super::config::AutoencoderDcConfig;
use super::decoder::Decoder;
use super::encoder::Encoder;
use crate::model_error::ModelError;
use crate::vae::tiles::{self, Tiling};

/// Largest side that is decoded at once, in pixels.
const WHOLE: usize = 1024;
/// What neighbouring tiles share, in pixels.
const OVERLAP: usize = 256;

/// `AutoencoderDC`: latents to pictures and back. Run it in f32 (or bf16): it overflows in f16.
///
/// # Source
///
/// Chen et al. 2024, "Deep compression autoencoder for efficient high-resolution diffusion models".
#[derive(Clone, Debug)]
pub struct AutoencoderDc {
    config: AutoencoderDcConfig,
    /// None if it was not loaded.
    encoder: Option<Encoder>,
    decoder: Decoder,
    device: Device,
    /// What it computes in.
    compute: DType,
}

impl AutoencoderDc {
    /// Loads encoder and decoder under their published names.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if the numbers do not fit each other, [`ModelError::Weights`] if a tensor is missing or has
    /// another shape.
    pub fn load(weights: &Weights, config: &AutoencoderDcConfig) -> Result<Self, ModelError> {
        let decoder = Self::load_decoder(weights, config)?;
        Ok(Self { encoder: Some(Encoder::load(&weights.pp("encoder"), config)?), ..decoder })
    }

    /// Loads the decoder only, which is all that drawing needs.
    ///
    /// # Errors
    ///
    /// As [`AutoencoderDc::load`].
    pub fn load_decoder(weights: &Weights, config: &AutoencoderDcConfig) -> Result<Self, ModelError> {
        config.check()?;
        let decoder = Decoder::load(&weights.pp("decoder"), config)?;
        let (device, compute) = (weights.device().clone(), weights.compute());
        Ok(Self { config: config.clone(), encoder: None, decoder, device, compute })
    }

    /// A picture's latents, not yet scaled for a denoiser.
    ///
    /// # Shapes
    ///
    /// - `picture`: (batch, 3, height, width), -1 to 1
    /// - result: (batch, latents, height / scale, width / scale)
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other channels or sides that are no multiple of [`AutoencoderDcConfig::scale`],
    /// [`ModelError::Unsupported`] if only the decoder was loaded.
    pub fn encode(&self, picture: &Tensor) -> Result<Tensor, ModelError> {
        let (channels, scale) = (self.config.in_channels, self.config.scale());
        let fits = matches!(picture.dims(), [_, c, h, w]
            if *c == channels && h * w > 0 && h.is_multiple_of(scale) && w.is_multiple_of(scale));
        if !fits {
            let expected = format!("(batch, {channels}, multiple of {scale}, multiple of {scale})");
            return Err(ModelError::ShapeMismatch { tensor: "picture", expected, actual: picture.dims().to_vec() });
        }
        let Some(encoder) = &self.encoder else {
            let (expected, actual) = ("an autoencoder that was loaded with it", "the decoder only".to_owned());
            return Err(ModelError::Unsupported { field: "encoder", expected, actual });
        };
        encoder.forward(picture, &Stop::never())
    }

    /// The picture of latents that are not scaled for a denoiser; in tiles if a side is over 1024 px. Polls `stop` before each block.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, latents, height, width)
    /// - result: (batch, 3, scale x height, scale x width), about -1 to 1
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other channels, [`ModelError::Stopped`] if `stop` asks for an end.
    pub fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let (channels, scale) = (self.config.latent_channels, self.config.scale());
        if !matches!(latents.dims(), [_, c, h, w] if *c == channels && h * w > 0) {
            let expected = format!("(batch, {channels}, height, width)");
            return Err(ModelError::ShapeMismatch { tensor: "latents", expected, actual: latents.dims().to_vec() });
        }
        let tiling = Tiling { side: (WHOLE / scale).max(2), overlap: (OVERLAP / scale).max(1) };
        tiles::decode(latents, tiling, scale, |tile| self.decoder.forward(tile, stop))
    }

    /// The picture of latents of a denoiser, in the type that the decoder computes in.
    ///
    /// # Errors
    ///
    /// As [`AutoencoderDc::decode`].
    pub fn decode_scaled(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let latents = latents.to_dtype(DType::F32)?.to_device(&self.device)?;
        self.decode(&(latents / self.config.scaling_factor)?.to_dtype(self.compute)?, stop)
    }

    /// The configuration that the autoencoder was loaded with.
    pub fn config(&self) -> &AutoencoderDcConfig {
        &self.config
    }
}

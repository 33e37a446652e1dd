//! The autoencoder with a normal distribution of latents.

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;
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
    /// None if it was not loaded.
    encoder: Option<Encoder>,
    decoder: Decoder,
    behind: Option<Conv2d>,
    before: Option<Conv2d>,
    device: Device,
    /// What it computes in.
    compute: DType,
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
        let point = |name: &str, width| Conv2d::load(&weights.pp(name), width, width, ConvConfig::POINT);
        let latents = config.latent_channels;
        Ok(Self {
            encoder: Some(Encoder::load(&weights.pp("encoder"), config)?),
            behind: config.use_quant_conv.then(|| point("quant_conv", 2 * latents)).transpose()?,
            ..Self::load_decoder(weights, config)?
        })
    }

    /// Loads the decoder only, which is all that drawing needs.
    ///
    /// # Errors
    ///
    /// As [`AutoencoderKl::load`].
    pub fn load_decoder(weights: &Weights, config: &AutoencoderKlConfig) -> Result<Self, ModelError> {
        config.check()?;
        let latents = config.latent_channels;
        let point = |name: &str, width| Conv2d::load(&weights.pp(name), width, width, ConvConfig::POINT);
        Ok(Self {
            encoder: None,
            decoder: Decoder::load(&weights.pp("decoder"), config)?,
            behind: None,
            before: config.use_post_quant_conv.then(|| point("post_quant_conv", latents)).transpose()?,
            config: config.clone(),
            device: weights.device().clone(),
            compute: weights.compute(),
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
    /// [`ModelError::ShapeMismatch`] for other channels or sides that are no multiple of [`AutoencoderKlConfig::scale`],
    /// [`ModelError::Unsupported`] if only the decoder was loaded.
    pub fn encode(&self, picture: &Tensor) -> Result<Distribution, ModelError> {
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
        let mut moments = encoder.forward(picture, &Stop::never())?;
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
        self.decode_until(latents, &Stop::never())
    }

    /// As [`AutoencoderKl::decode`]; polls `stop` before each block of each tile.
    ///
    /// # Errors
    ///
    /// As [`AutoencoderKl::decode`], and [`ModelError::Stopped`] if `stop` asks for an end.
    pub fn decode_until(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let scale = self.config.scale();
        let tiling = Tiling { side: (WHOLE / scale).max(2), overlap: (OVERLAP / scale).max(1) };
        self.decode_in_tiles(latents, tiling, stop)
    }

    fn decode_in_tiles(&self, latents: &Tensor, tiling: Tiling, stop: &Stop) -> Result<Tensor, ModelError> {
        let channels = self.config.latent_channels;
        if !matches!(latents.dims(), [_, c, h, w] if *c == channels && h * w > 0) {
            let expected = format!("(batch, {channels}, height, width)");
            return Err(ModelError::ShapeMismatch { tensor: "latents", expected, actual: latents.dims().to_vec() });
        }
        tiles::decode(latents, tiling, self.config.scale(), |tile| {
            let entered = self.before.as_ref().map(|before| before.forward(tile)).transpose()?;
            self.decoder.forward(entered.as_ref().unwrap_or(tile), stop)
        })
    }

    /// The picture of latents of a denoiser, in the type that the decoder computes in; polls `stop` as [`AutoencoderKl::decode_until`].
    ///
    /// # Errors
    ///
    /// As [`AutoencoderKl::decode_until`].
    pub fn decode_scaled(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let latents = self.unscale(&latents.to_dtype(DType::F32)?.to_device(&self.device)?)?;
        self.decode_until(&latents.to_dtype(self.compute)?, stop)
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use candle_core::D;

    use super::*;

    fn tiny() -> AutoencoderKl {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/diffusion/tiny/sdxl/vae");
        let weights = Weights::open(&folder, DType::F32, &Device::Cpu).unwrap();
        AutoencoderKl::load(&weights, &AutoencoderKlConfig::read(folder.join("config.json")).unwrap()).unwrap()
    }

    /// Latents that change slowly, as those of pictures do.
    fn waves(height: usize, width: usize) -> Tensor {
        let at = |at: usize| ((at % width) as f32 / 9.0).sin() + ((at / width % height) as f32 / 7.0).cos();
        let values: Vec<f32> = (0..4 * height * width).map(at).collect();
        Tensor::from_vec(values, (1, 4, height, width), &Device::Cpu).unwrap()
    }

    /// The mean step between neighbouring columns.
    fn steps(picture: &Tensor) -> Vec<f32> {
        let width = picture.dim(D::Minus1).unwrap();
        let (left, right) = (picture.narrow(3, 0, width - 1).unwrap(), picture.narrow(3, 1, width - 1).unwrap());
        let steps = (right - left).unwrap().abs().unwrap().mean((0, 1, 2)).unwrap();
        steps.to_vec1().unwrap()
    }

    /// The norms' statistics differ from tile to tile, so pixels do; but where a tile begins or ends, neighbours must be no further
    /// apart than they are elsewhere.
    #[test]
    fn tiles_leave_no_seam() {
        let tiled = tiny().decode_in_tiles(&waves(16, 80), Tiling { side: 32, overlap: 8 }, &Stop::never()).unwrap();
        let steps = steps(&tiled);
        assert_eq!(tiled.dims(), [1, 3, 128, 640]);
        let is_edge = |column: usize| [24, 32, 48, 56].iter().any(|edge| (edge * 8_usize).abs_diff(column + 1) < 2);
        let largest = |edges: bool| {
            let chosen = steps.iter().enumerate().filter(|(column, _)| is_edge(*column) == edges);
            chosen.fold(0.0_f32, |most, (_, step)| most.max(*step))
        };
        assert!(largest(true) < largest(false), "{} {}", largest(true), largest(false));
    }

    #[test]
    fn scaling_for_the_denoiser_is_undone() {
        let (vae, latents) = (tiny(), waves(4, 4));
        let back = vae.unscale(&vae.scale(&latents).unwrap()).unwrap();
        let apart = (back - &latents).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(apart < 1e-5);
    }

    #[test]
    fn other_channels_and_sides_are_errors() {
        let picture = Tensor::zeros((1, 3, 20, 16), DType::F32, &Device::Cpu).unwrap();
        assert!(matches!(tiny().encode(&picture), Err(ModelError::ShapeMismatch { tensor: "picture", .. })));
        assert!(matches!(tiny().decode(&picture), Err(ModelError::ShapeMismatch { tensor: "latents", .. })));
    }
}

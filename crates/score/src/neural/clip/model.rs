//! CLIP with both towers.

use candle_core::{D, DType, Device, Tensor};
use image::RgbImage;
use linocut_nn::Location;
use linocut_nn::place::Placement;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{ClipText, ClipTextConfig};

use super::config::ClipConfig;
use super::vision::ClipVision;
use crate::neural::pixel_values::PixelValues;
use crate::neural::tokens::Tokens;
use crate::neural::tower_config;
use crate::neural::tower_error::TowerError;
use crate::neural::wide;

/// The token that CLIP's tokenizer pads with: the end of a text.
const PADDING: u32 = 49_407;

/// Tensors that old files hold and no model uses.
pub(crate) const UNUSED: [&str; 2] = ["text_model.embeddings.position_ids", "vision_model.embeddings.position_ids"];

/// Both towers of CLIP.
#[derive(Clone, Debug)]
pub struct Clip {
    /// The picture tower.
    pub vision: ClipVision,
    /// The text tower.
    pub text: ClipText,
    scale: Tensor,
}

impl Clip {
    /// Loads both towers and `logit_scale`.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &ClipConfig) -> Result<Self, WeightsError> {
        Ok(Self {
            vision: ClipVision::load(weights, &config.vision_config, config.projection_dim)?,
            text: ClipText::load(
                weights,
                &ClipTextConfig { projection_dim: config.projection_dim, ..config.text_config.clone() },
            )?,
            scale: weights.get_dtype("logit_scale", &[], DType::F32)?,
        })
    }

    /// How well pictures and texts fit: the cosine of their vectors times the learnt scale.
    ///
    /// # Shapes
    ///
    /// - `pictures`: (pictures, n), `texts`: (texts, n), as the towers give them
    /// - result: (pictures, texts)
    ///
    /// # Errors
    ///
    /// When the shapes do not fit.
    pub fn logits(&self, pictures: &Tensor, texts: &Tensor) -> candle_core::Result<Tensor> {
        unit(pictures)?.matmul(&unit(texts)?.t()?)?.broadcast_mul(&self.scale.exp()?)
    }
}

/// Vectors of length 1.
pub(crate) fn unit(vectors: &Tensor) -> candle_core::Result<Tensor> {
    vectors.broadcast_div(&vectors.sqr()?.sum_keepdim(D::Minus1)?.sqrt()?)
}

/// CLIP from a published folder, for pictures and texts.
#[derive(Clone, Debug)]
pub struct ClipSimilarity {
    model: Clip,
    pixels: PixelValues,
    tokens: Tokens,
    device: Device,
}

impl ClipSimilarity {
    /// Loads `config.json`, `preprocessor_config.json`, `tokenizer.json` and the weights of a folder. `place` says where they are to live: a device alone stands for f32 there.
    ///
    /// # Errors
    ///
    /// [`TowerError`] names the file that is missing or wrong.
    pub fn load(folder: impl Into<Location>, place: impl Into<Placement>) -> Result<Self, TowerError> {
        let (folder, place) = (folder.into(), place.into());
        let config: ClipConfig = tower_config::read(&folder, "clip")?;
        let weights = folder.weights(&place)?;
        let model = Clip::load(&weights, &config)?;
        weights.finish(&UNUSED)?;
        let pixels = PixelValues::read(folder.clone(), PixelValues::clip(config.vision_config.image_size as u32))?;
        let tokens = Tokens::read(&folder, config.text_config.max_position_embeddings, PADDING)?;
        Ok(Self { model, pixels, tokens, device: place.device })
    }

    /// How well each picture fits each text: cosines times the learnt scale, about 10 to 40.
    ///
    /// # Errors
    ///
    /// [`TowerError`] for a picture without pixels.
    pub fn logits(&self, pictures: &[&RgbImage], texts: &[&str]) -> Result<Vec<Vec<f32>>, TowerError> {
        let pictures = self.model.vision.forward(&self.pixels.tensor(pictures, &self.device)?)?;
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let texts = wide(&self.model.text.forward(&self.tokens.encode(&texts, &self.device)?)?.pooled)?;
        Ok(self.model.logits(&pictures, &texts)?.to_vec2()?)
    }
}

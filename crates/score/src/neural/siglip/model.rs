//! SigLIP with both towers.

use candle_core::{DType, Tensor};
use linocut_nn::weights::{Weights, WeightsError};

use super::config::SiglipConfig;
use super::text::SiglipText;
use super::vision::SiglipVision;
use crate::neural::clip::unit;

/// Both towers of SigLIP.
#[derive(Clone, Debug)]
pub struct Siglip {
    /// The picture tower.
    pub vision: SiglipVision,
    /// The text tower.
    pub text: SiglipText,
    scale: Tensor,
    bias: Tensor,
}

impl Siglip {
    /// Loads both towers, `logit_scale` and `logit_bias`.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &SiglipConfig) -> Result<Self, WeightsError> {
        Ok(Self {
            vision: SiglipVision::load(&weights.pp("vision_model"), &config.vision_config)?,
            text: SiglipText::load(&weights.pp("text_model"), &config.text_config)?,
            scale: weights.get_dtype("logit_scale", &[1], DType::F32)?,
            bias: weights.get_dtype("logit_bias", &[1], DType::F32)?,
        })
    }

    /// How well pictures and texts fit: the cosine of their vectors times the learnt scale, plus the learnt bias.
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
        let cosines = unit(pictures)?.matmul(&unit(texts)?.t()?)?;
        cosines.broadcast_mul(&self.scale.exp()?)?.broadcast_add(&self.bias)
    }
}

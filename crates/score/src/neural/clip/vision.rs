//! The picture tower of CLIP.

use candle_core::Tensor;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Encoder, LayerNorm, Linear, PatchEmbedding};

use super::config::ClipVisionConfig;
use crate::neural::wide;

/// The picture tower of CLIP with its projection.
#[derive(Clone, Debug)]
pub struct ClipVision {
    class: Tensor,
    patches: PatchEmbedding,
    positions: Tensor,
    first_norm: LayerNorm,
    encoder: Encoder,
    last_norm: LayerNorm,
    projection: Linear,
}

impl ClipVision {
    /// Loads `vision_model` and `visual_projection`; `projection` is the length of the result.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &ClipVisionConfig, projection: usize) -> Result<Self, WeightsError> {
        let (model, hidden, eps) = (weights.pp("vision_model"), config.hidden_size, config.layer_norm_eps);
        let embeddings = model.pp("embeddings");
        let patches = embeddings.pp("patch_embedding");
        let positions = embeddings.pp("position_embedding");
        Ok(Self {
            class: embeddings.get_computed("class_embedding", &[hidden])?,
            patches: PatchEmbedding::load(&patches, config.num_channels, config.patch_size, hidden, false)?,
            positions: positions.get_computed("weight", &[config.patches() + 1, hidden])?,
            first_norm: LayerNorm::load(&model.pp("pre_layrnorm"), hidden, eps)?,
            encoder: Encoder::load(&model.pp("encoder"), &config.encoder())?,
            last_norm: LayerNorm::load(&model.pp("post_layernorm"), hidden, eps)?,
            projection: Linear::load(&weights.pp("visual_projection"), hidden, projection, false)?,
        })
    }

    /// Embeds pictures.
    ///
    /// # Shapes
    ///
    /// - `pixel_values`: (pictures, channels, side, side)
    /// - result: (pictures, projection), in f32, not normalised
    ///
    /// # Errors
    ///
    /// When the pictures have another size.
    pub fn forward(&self, pixel_values: &Tensor) -> candle_core::Result<Tensor> {
        let patches = self.patches.forward(&pixel_values.to_dtype(self.positions.dtype())?)?;
        let (count, _, hidden) = patches.dims3()?;
        let class = self.class.reshape((1, 1, hidden))?.expand((count, 1, hidden))?;
        let tokens = Tensor::cat(&[&class.contiguous()?, &patches], 1)?.broadcast_add(&self.positions)?;
        let state = self.encoder.forward(&self.first_norm.forward(&tokens)?)?;
        let pooled = state.narrow(1, 0, 1)?.squeeze(1)?;
        wide(&self.projection.forward(&self.last_norm.forward(&pooled)?)?)
    }
}

//! The picture tower of SigLIP.

use candle_core::Tensor;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Encoder, LayerNorm, PatchEmbedding};

use super::config::SiglipVisionConfig;
use super::pooling::AttentionPooling;
use crate::neural::wide;

/// The picture tower of SigLIP; without its head it is that of `PaliGemma`.
#[derive(Clone, Debug)]
pub struct SiglipVision {
    patches: PatchEmbedding,
    positions: Tensor,
    encoder: Encoder,
    norm: LayerNorm,
    head: Option<AttentionPooling>,
}

/// What the picture tower sees.
#[derive(Clone, Debug)]
pub struct SiglipStates {
    /// One vector per patch, normalised: (pictures, patches, hidden).
    pub patches: Tensor,
    /// One vector per picture: (pictures, hidden). None without a head.
    pub pooled: Option<Tensor>,
}

impl SiglipVision {
    /// Loads the tensors of `vision_model`, to which `weights` point.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &SiglipVisionConfig) -> Result<Self, WeightsError> {
        let (hidden, embeddings) = (config.hidden_size, weights.pp("embeddings"));
        let patches = embeddings.pp("patch_embedding");
        let positions = embeddings.pp("position_embedding");
        let head = config.vision_use_head.then(|| AttentionPooling::load(&weights.pp("head"), config)).transpose()?;
        Ok(Self {
            patches: PatchEmbedding::load(&patches, config.num_channels, config.patch_size, hidden, true)?,
            positions: positions.get_computed("weight", &[config.patches(), hidden])?,
            encoder: Encoder::load(&weights.pp("encoder"), &config.encoder())?,
            norm: LayerNorm::load(&weights.pp("post_layernorm"), hidden, config.layer_norm_eps)?,
            head,
        })
    }

    /// Looks at pictures.
    ///
    /// # Shapes
    ///
    /// - `pixel_values`: (pictures, channels, side, side)
    ///
    /// # Errors
    ///
    /// When the pictures have another size.
    pub fn forward(&self, pixel_values: &Tensor) -> candle_core::Result<SiglipStates> {
        let tokens =
            self.patches.forward(&pixel_values.to_dtype(self.positions.dtype())?)?.broadcast_add(&self.positions)?;
        let patches = self.norm.forward(&self.encoder.forward(&tokens)?)?;
        let pooled = self.head.as_ref().map(|head| head.forward(&patches)).transpose()?;
        Ok(SiglipStates { patches, pooled })
    }

    /// One vector per picture.
    ///
    /// # Shapes
    ///
    /// - `pixel_values`: (pictures, channels, side, side)
    /// - result: (pictures, hidden), in f32, not normalised
    ///
    /// # Errors
    ///
    /// When the pictures have another size, or the tower has no head.
    pub fn pooled(&self, pixel_values: &Tensor) -> candle_core::Result<Tensor> {
        let pooled = self.forward(pixel_values)?.pooled;
        let pooled = pooled.ok_or_else(|| candle_core::Error::Msg("the picture tower has no head".to_owned()))?;
        wide(&pooled)
    }
}

//! The network: a picture and token ids to logits.

use candle_core::{Device, Tensor};
use image::RgbImage;
use linocut_nn::Linear;
use linocut_nn::gemma2::Gemma2;
use linocut_nn::weights::{Weights, WeightsError};

use super::batch::Batch;
use super::config::PaliGemmaConfig;
use super::paligemma_error::PaliGemmaError;
use crate::neural::pixel_values::PixelValues;
use crate::neural::siglip::SiglipVision;

/// PaliGemma 2 from pictures and token ids to logits, without words.
///
/// On a CPU vectors are f32, on a card in the weights' type; weights are kept as their [`linocut_nn::LinearKind`] says, those of the patches, norms and tokens as in the
/// file.
///
/// # Source
///
/// Steiner et al. 2024, "PaliGemma 2"; transformers 4.49, `modeling_paligemma.py`.
#[derive(Debug, Clone)]
pub struct PaliGemmaModel {
    tower: SiglipVision,
    projector: Linear,
    language: Gemma2,
    config: PaliGemmaConfig,
    device: Device,
}

/// Tokens that were generated.
#[derive(Debug, Clone)]
pub struct Generated {
    /// Ids, without the one that ends the text.
    pub ids: Vec<u32>,
    /// Logits from which each id was chosen, and those of the end if it was reached: steps x vocabulary.
    pub logits: Vec<Vec<f32>>,
}

impl PaliGemmaModel {
    /// Loads `vision_tower`, `multi_modal_projector` and `language_model`. Tensors are read one after the other, so that little
    /// more memory is needed than the weights keep.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing, has another shape or is not finite.
    pub fn load(weights: &Weights, config: &PaliGemmaConfig) -> Result<Self, WeightsError> {
        let (hidden, wide) = (config.vision_config.hidden_size, config.text_config.hidden_size);
        // Prompts are short and many: making a second copy at each would take nearly as long as the products.
        let weights = &weights.with_copies();
        Ok(Self {
            tower: SiglipVision::load(&weights.pp("vision_tower.vision_model"), &config.vision_config)?,
            projector: Linear::load(&weights.pp("multi_modal_projector.linear"), hidden, wide, true)?,
            language: Gemma2::load(&weights.pp("language_model.model"), &config.text_config)?,
            config: config.clone(),
            device: weights.device().clone(),
        })
    }

    /// The shape.
    #[must_use]
    pub fn config(&self) -> &PaliGemmaConfig {
        &self.config
    }

    /// A picture as the tower takes it: 1 x 3 x side x side, f32, -1 to 1.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError::Pixels`] if it has no pixel.
    pub fn pixel_values(&self, image: &RgbImage) -> Result<Tensor, PaliGemmaError> {
        let side = self.config.vision_config.image_size as u32;
        Ok(PixelValues::siglip(side).tensor(&[image], &self.device)?)
    }

    /// What takes the place of the picture's tokens.
    ///
    /// # Shapes
    ///
    /// - `pixel_values`: n x 3 x side x side
    /// - result: n x patches x hidden of the language model, divided by the square root of its length
    ///
    /// # Errors
    ///
    /// When the shape does not fit.
    pub fn image_features(&self, pixel_values: &Tensor) -> Result<Tensor, PaliGemmaError> {
        let root = (self.config.text_config.hidden_size as f64).sqrt();
        Ok((self.projector.forward(&self.tower.forward(pixel_values)?.patches)? / root)?)
    }

    /// Logits at every token of one prompt: 1 x tokens x vocabulary.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if the prompt does not hold one picture or is too long.
    pub fn prefill(&self, features: &Tensor, prompt: &[u32]) -> Result<Tensor, PaliGemmaError> {
        let batch = self.batch(&[prompt.to_vec()])?;
        let vectors = self.vectors(features, &batch)?;
        Ok(self.language.logits(&self.language.forward(&vectors, &batch.sight)?)?)
    }

    /// Logits of the token that follows each prompt, all prompts in one pass: prompts x vocabulary.
    ///
    /// `features` are of one picture, 1 x patches x hidden: every prompt is about it.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if a prompt does not hold one picture or is too long.
    pub fn next_logits(&self, features: &Tensor, prompts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, PaliGemmaError> {
        let batch = self.batch(prompts)?;
        let vectors = self.vectors(features, &batch)?;
        let states = self.language.forward(&vectors, &batch.sight)?;
        Ok(self.language.logits(&last(&states)?)?.to_vec2()?)
    }

    /// Continues a prompt with the most probable token, until the end of the text or `limit` tokens.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if the prompt does not hold one picture or is too long.
    pub fn generate(&self, features: &Tensor, prompt: &[u32], limit: usize) -> Result<Generated, PaliGemmaError> {
        let batch = self.batch(&[prompt.to_vec()])?;
        let mut cache = self.language.cache(batch.sight.clone());
        let mut states = self.language.forward_cached(&self.vectors(features, &batch)?, &mut cache)?;
        let mut answer = Generated { ids: Vec::new(), logits: Vec::new() };
        while answer.ids.len() < limit {
            let logits: Vec<f32> = self.language.logits(&last(&states)?)?.flatten_all()?.to_vec1()?;
            let next = most_probable(&logits);
            answer.logits.push(logits);
            if next == self.config.eos_token_id {
                break;
            }
            answer.ids.push(next);
            if answer.ids.len() < limit {
                let vectors = self.language.embed(&Tensor::new(&[[next]], &self.device)?)?;
                states = self.language.forward_cached(&vectors, &mut cache)?;
            }
        }
        Ok(answer)
    }

    fn batch(&self, prompts: &[Vec<u32>]) -> Result<Batch, PaliGemmaError> {
        let PaliGemmaConfig { image_token_index, pad_token_id, .. } = self.config;
        Batch::new(prompts, image_token_index, self.config.vision_config.patches(), pad_token_id)
    }

    /// Vectors of tokens, the picture's features in their place: prompts x tokens x hidden.
    fn vectors(&self, features: &Tensor, batch: &Batch) -> Result<Tensor, PaliGemmaError> {
        let features = self.language.scale(features)?;
        let (patches, hidden) = (self.config.vision_config.patches(), self.config.text_config.hidden_size);
        if features.dims() != [1, patches, hidden] {
            return Err(candle_core::Error::Msg(format!(
                "features of shape {:?} are not of one picture",
                features.dims()
            ))
            .into());
        }
        let rows = batch.ids.iter().zip(&batch.images).map(|(ids, &image)| {
            let embed = |ids: &[u32]| self.language.embed(&Tensor::new(ids, &self.device)?)?.unsqueeze(0);
            let behind = embed(&ids[image + patches..])?;
            let parts = [embed(&ids[..image])?, features.clone(), behind];
            Tensor::cat(&parts, 1)
        });
        let rows = rows.collect::<candle_core::Result<Vec<_>>>()?;
        Ok(Tensor::cat(&rows, 0)?)
    }
}

/// The last token of each sequence: batch x tokens x hidden to batch x hidden.
fn last(states: &Tensor) -> candle_core::Result<Tensor> {
    states.narrow(1, states.dim(1)? - 1, 1)?.squeeze(1)?.contiguous()
}

/// Index of the largest logit; the first of equal ones.
fn most_probable(logits: &[f32]) -> u32 {
    let larger = |best: usize, at: usize| if logits[at] > logits[best] { at } else { best };
    (1..logits.len()).fold(0, larger) as u32
}

//! What the denoiser is told at every step.

use candle_core::{DType, Tensor};

use super::model::Sdxl;
use super::options::SdxlOptions;
use crate::model_error::ModelError;
use crate::prompt::{WeightedText, parse_weights};
use crate::text::EncodedPrompt;
use crate::unet::UNetInput;

/// Text and size of a picture; under guidance a batch of two, the negative first.
#[derive(Clone, Debug)]
pub struct Conditioning {
    /// States of the text: (1 or 2, words, length).
    pub text: Tensor,
    /// Pooled text: (1 or 2, length).
    pub pooled: Tensor,
    /// Height and width of the original, top and left of the crop, height and width of the target, in pixels: (1 or 2, 6).
    pub time_ids: Tensor,
    /// How much further a step goes; none without a second opinion.
    pub guidance: Option<f64>,
}

impl Sdxl {
    /// Encodes a description, and with guidance what the picture should not show: zeros for nothing, if the model was taught so.
    /// Both are taken as they are, out of any style.
    ///
    /// # Errors
    ///
    /// [`ModelError::Text`] for a description of more than 600 tokens.
    pub fn condition(&self, text: &str, options: &SdxlOptions) -> Result<Conditioning, ModelError> {
        let pieces = |text| if options.weighted { parse_weights(text) } else { vec![WeightedText::plain(text)] };
        let prompt = if options.is_guided() {
            let [prompt, negative] = self.prompts.encode_weighted_pair(&pieces(text), &pieces(&options.negative))?;
            let is_nothing = options.negative.is_empty() && self.zeros_for_nothing;
            let negative = if is_nothing { prompt.zeros_like()? } else { negative };
            beside(&negative, &prompt)?
        } else {
            self.prompts.encode_weighted(&pieces(text))?
        };
        let (width, height) = (options.size.0 as f32, options.size.1 as f32);
        let batch = prompt.states.dim(0)?;
        let sizes = [height, width, 0.0, 0.0, height, width].repeat(batch);
        Ok(Conditioning {
            time_ids: Tensor::from_vec(sizes, (batch, 6), &self.device)?,
            text: prompt.states.to_dtype(self.compute)?,
            pooled: prompt.pooled.to_dtype(self.compute)?,
            guidance: options.is_guided().then_some(options.guidance),
        })
    }
}

fn beside(negative: &EncodedPrompt, prompt: &EncodedPrompt) -> candle_core::Result<EncodedPrompt> {
    Ok(EncodedPrompt {
        states: Tensor::cat(&[&negative.states, &prompt.states], 0)?,
        pooled: Tensor::cat(&[&negative.pooled, &prompt.pooled], 0)?,
    })
}

impl Conditioning {
    /// One latent as often as the denoiser is asked.
    pub(super) fn repeat(&self, latents: &Tensor, dtype: DType) -> candle_core::Result<Tensor> {
        let latents = latents.to_dtype(dtype)?;
        if self.guidance.is_some() { Tensor::cat(&[&latents, &latents], 0) } else { Ok(latents) }
    }

    /// The denoiser's question for latents that are repeated.
    pub(super) fn input<'a>(&'a self, latents: &'a Tensor, timestep: f64) -> UNetInput<'a> {
        UNetInput { latents, timestep, text: &self.text, pooled: Some(&self.pooled), time_ids: Some(&self.time_ids) }
    }

    /// The answers become one: `negative + guidance (prompt - negative)`.
    pub(super) fn guide(&self, output: &Tensor) -> candle_core::Result<Tensor> {
        let output = output.to_dtype(DType::F32)?;
        let Some(guidance) = self.guidance else { return Ok(output) };
        let (negative, prompt) = (output.narrow(0, 0, 1)?, output.narrow(0, 1, 1)?);
        &negative + ((prompt - &negative)? * guidance)?
    }
}

//! What a denoiser is told.

use candle_core::Tensor;
use linocut_nn::place::Placement;

/// A text as a denoiser is told it.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// States of its words: (1, words, length).
    pub states: Tensor,
    /// All of it as one vector, (1, length), for models that are told so.
    pub pooled: Option<Tensor>,
}

impl Encoded {
    /// Zeros, which stand for an empty text in models that were taught so.
    ///
    /// # Errors
    ///
    /// When memory cannot be had.
    pub fn zeros_like(&self) -> candle_core::Result<Self> {
        let pooled = self.pooled.as_ref().map(Tensor::zeros_like).transpose()?;
        Ok(Self { states: self.states.zeros_like()?, pooled })
    }

    /// The same numbers as the denoiser of this place computes.
    ///
    /// # Errors
    ///
    /// When memory cannot be had.
    pub fn at(&self, place: &Placement) -> candle_core::Result<Self> {
        let there = |tensor: &Tensor| tensor.to_dtype(place.compute())?.to_device(&place.device);
        let pooled = self.pooled.as_ref().map(there).transpose()?;
        Ok(Self { states: there(&self.states)?, pooled })
    }
}

/// What the denoiser is asked at a step: a batch of latents, each with its text.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// (texts, channels, height, width), in f32.
    pub latents: &'a Tensor,
    /// The time in the sampler's count, the same for the whole batch.
    pub timestep: f64,
    /// One for each of the latents.
    pub texts: &'a [&'a Encoded],
    /// Width and height of the picture in pixels.
    pub size: (u32, u32),
    /// How much guidance is wanted, for networks that are told it.
    pub guidance: f64,
}

impl Question<'_> {
    /// The states of all texts as one batch, (texts, words, length).
    ///
    /// # Errors
    ///
    /// When the texts have different numbers of words.
    pub fn states(&self) -> candle_core::Result<Tensor> {
        Tensor::cat(&self.texts.iter().map(|text| &text.states).collect::<Vec<_>>(), 0)
    }

    /// The pooled vectors of all texts as one batch, (texts, length); none if there are none.
    ///
    /// # Errors
    ///
    /// When the vectors have different lengths.
    pub fn pooled(&self) -> candle_core::Result<Option<Tensor>> {
        let pooled: Option<Vec<&Tensor>> = self.texts.iter().map(|text| text.pooled.as_ref()).collect();
        pooled.map(|pooled| Tensor::cat(&pooled, 0)).transpose()
    }
}

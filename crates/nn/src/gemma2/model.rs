//! The language model.

use candle_core::{DType, Device, Result, Tensor};

use super::config::Gemma2Config;
use crate::decoder::{Cache, Decoder, Sight};
use crate::weights::{Weights, WeightsError};
use crate::{Embedding, Gain, Linear, RmsNorm};

/// Position of the first token in transformers 4.49 of PaliGemma.
const FIRST: usize = 1;

/// Gemma 2: layers with capped attention, and a head that shares the table of tokens.
///
/// Linear layers are kept in the kind that the weights carry, the table of tokens as in the file. On a CPU vectors are f32, on a card in
/// the weights' type.
///
/// # Source
///
/// Gemma Team 2024, "Gemma 2"; transformers 4.49, `modeling_gemma2.py`.
#[derive(Debug, Clone)]
pub struct Gemma2 {
    tokens: Embedding,
    head: Linear,
    decoder: Decoder,
    norm: RmsNorm,
    config: Gemma2Config,
    compute: DType,
}

impl Gemma2 {
    /// Loads `embed_tokens`, `layers.{i}` and `norm`.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing, has another shape or is not finite.
    pub fn load(weights: &Weights, config: &Gemma2Config) -> std::result::Result<Self, WeightsError> {
        let table = weights.pp("embed_tokens");
        let (tokens, head) = Embedding::load_with_head(&table, config.vocab_size, config.hidden_size)?;
        let norm = RmsNorm::load(&weights.pp("norm"), config.hidden_size, config.rms_norm_eps, Gain::OnePlusWeight)?;
        let decoder = Decoder::load(weights, &config.decoder(), FIRST)?;
        let compute = weights.compute();
        Ok(Self { tokens, head, decoder, norm, config: config.clone(), compute })
    }

    /// The shape.
    #[must_use]
    pub fn config(&self) -> &Gemma2Config {
        &self.config
    }

    /// Where it lives.
    #[must_use]
    pub fn device(&self) -> &Device {
        self.tokens.device()
    }

    /// Vectors of tokens, times the square root of their length.
    ///
    /// # Shapes
    ///
    /// - `ids`: (..), below the vocabulary's size
    /// - result: (.., hidden)
    ///
    /// # Errors
    ///
    /// When there is no such token.
    pub fn embed(&self, ids: &Tensor) -> Result<Tensor> {
        self.scale(&self.tokens.forward(ids)?.to_dtype(self.compute)?)
    }

    /// Brings vectors that take the place of tokens to the scale of [`Gemma2::embed`]: times the square root of their length.
    ///
    /// # Errors
    ///
    /// When the tensor is not of floats.
    pub fn scale(&self, vectors: &Tensor) -> Result<Tensor> {
        vectors * f64::from((self.config.hidden_size as f64).sqrt() as f32)
    }

    /// The normed vectors after the last layer, without keeping keys and values.
    ///
    /// # Shapes
    ///
    /// - `vectors`: batch x tokens x hidden, padded on the left as `sight` says
    /// - result: the same; what stands at padding has no meaning
    ///
    /// # Errors
    ///
    /// When the shape does not fit.
    pub fn forward(&self, vectors: &Tensor, sight: &Sight) -> Result<Tensor> {
        self.norm.forward(&self.decoder.forward(vectors, sight)?)
    }

    /// As [`Gemma2::forward`], for tokens that follow those of `cache`, which takes them in.
    ///
    /// # Errors
    ///
    /// When the shape does not fit.
    pub fn forward_cached(&self, vectors: &Tensor, cache: &mut Cache) -> Result<Tensor> {
        self.norm.forward(&self.decoder.forward_cached(vectors, cache)?)
    }

    /// A cache without tokens.
    #[must_use]
    pub fn cache(&self, sight: Sight) -> Cache {
        self.decoder.cache(sight)
    }

    /// Logits of the next token.
    ///
    /// # Shapes
    ///
    /// - `vectors`: (.., hidden), from [`Gemma2::forward`]
    /// - result: (.., vocabulary), f32, below the cap in magnitude
    ///
    /// # Errors
    ///
    /// When the shape does not fit.
    pub fn logits(&self, vectors: &Tensor) -> Result<Tensor> {
        let cap = self.config.final_logit_softcapping;
        (self.head.forward(vectors)?.to_dtype(DType::F32)? / cap)?.tanh()? * cap
    }
}

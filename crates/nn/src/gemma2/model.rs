//! The language model.

use candle_core::{DType, Result, Tensor, bail};

use super::config::Gemma2Config;
use super::layer::{Layer, Seen};
use super::rotary::Rotary;
use super::sight::Sight;
use crate::weights::{Weights, WeightsError};
use crate::{Embedding, Gain, Linear, RmsNorm};

/// Gemma 2: layers with capped attention, and a head that shares the table of tokens.
///
/// Linear layers are kept in the kind that the weights carry, the table of tokens as in the file. Vectors are f32.
///
/// # Source
///
/// Gemma Team 2024, "Gemma 2"; transformers 4.49, `modeling_gemma2.py`.
#[derive(Debug, Clone)]
pub struct Gemma2 {
    tokens: Embedding,
    head: Linear,
    layers: Vec<Layer>,
    norm: RmsNorm,
    config: Gemma2Config,
}

/// Keys and values of the tokens that a [`Gemma2`] has seen, and how those may be seen.
#[derive(Debug, Clone)]
pub struct Cache {
    sight: Sight,
    layers: Vec<Seen>,
    tokens: usize,
}

impl Gemma2 {
    /// Loads `embed_tokens`, `layers.{i}` and `norm`.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing, has another shape or is not finite.
    pub fn load(weights: &Weights, config: &Gemma2Config) -> std::result::Result<Self, WeightsError> {
        let table = weights.pp("embed_tokens").get_stored("weight", &[config.vocab_size, config.hidden_size])?;
        let layers = (0..config.num_hidden_layers)
            .map(|index| Layer::load(&weights.pp("layers").pp(index), config))
            .collect::<std::result::Result<_, _>>()?;
        let norm = RmsNorm::load(&weights.pp("norm"), config.hidden_size, config.rms_norm_eps, Gain::OnePlusWeight)?;
        let head = Linear::sharing(table.clone()).map_err(|source| weights.conversion("embed_tokens.weight", source))?;
        Ok(Self { tokens: Embedding::of_table(table), head, layers, norm, config: config.clone() })
    }

    /// The shape.
    #[must_use]
    pub fn config(&self) -> &Gemma2Config {
        &self.config
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
        self.scale(&self.tokens.forward(ids)?.to_dtype(DType::F32)?)
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
        self.run(vectors, &mut self.cache(sight.clone()), false)
    }

    /// As [`Gemma2::forward`], for tokens that follow those of `cache`, which takes them in.
    ///
    /// # Errors
    ///
    /// When the shape does not fit.
    pub fn forward_cached(&self, vectors: &Tensor, cache: &mut Cache) -> Result<Tensor> {
        self.run(vectors, cache, true)
    }

    /// A cache without tokens.
    #[must_use]
    pub fn cache(&self, sight: Sight) -> Cache {
        Cache { sight, layers: vec![None; self.layers.len()], tokens: 0 }
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
        (self.head.forward(vectors)? / cap)?.tanh()? * cap
    }

    fn run(&self, vectors: &Tensor, cache: &mut Cache, keeps: bool) -> Result<Tensor> {
        let (batch, tokens, hidden) = vectors.dims3()?;
        if hidden != self.config.hidden_size || cache.layers.len() != self.layers.len() {
            bail!("vectors of shape {:?} are not for a model of width {}", vectors.dims(), self.config.hidden_size);
        }
        let rotary = Rotary::new(self.config.head_dim, self.config.rope_theta, cache.positions(batch, tokens));
        let mask = |window| cache.sight.mask(batch, (cache.tokens, tokens), window, vectors.device());
        let masks = [mask(Some(self.config.sliding_window))?, mask(None)?];
        let mut state = vectors.clone();
        for (index, (layer, seen)) in self.layers.iter().zip(&mut cache.layers).enumerate() {
            state = layer.forward(&state, &rotary, &masks[index % 2], seen, keeps)?;
        }
        if keeps {
            cache.tokens += tokens;
        }
        self.norm.forward(&state)
    }
}

impl Cache {
    /// Tokens taken in, padding included.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Positions of the next `tokens` tokens of each sequence, counted from 1 behind its padding.
    fn positions(&self, batch: usize, tokens: usize) -> Vec<usize> {
        let padding = |sequence: usize| self.sight.padding.get(sequence).copied().unwrap_or(0);
        let position = |sequence: usize, at: usize| (self.tokens + at + 1).saturating_sub(padding(sequence)).max(1);
        (0..batch).flat_map(|sequence| (0..tokens).map(move |at| position(sequence, at))).collect()
    }
}

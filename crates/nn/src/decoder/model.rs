//! All layers.

use candle_core::{Device, Result, Tensor, bail};

use super::cache::{Cache, Seen};
use super::config::DecoderConfig;
use super::layer::Layer;
use super::sight::Sight;
use crate::rotary::Rotary;
use crate::weights::{Weights, WeightsError};

/// The layers of a language model, from vectors of tokens to their states, without the norm and the head behind them.
///
/// # Source
///
/// transformers 4.49: `modeling_gemma2.py`, `modeling_glm.py`, `modeling_qwen2.py`, `modeling_qwen3.py`.
#[derive(Clone, Debug)]
pub struct Decoder {
    layers: Vec<Layer>,
    config: DecoderConfig,
    /// Position of the first token.
    first: usize,
}

impl Decoder {
    /// Loads `layers.{i}` under the names that transformers gives them. Positions count from `first`.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing, has another shape or is not finite.
    pub fn load(weights: &Weights, config: &DecoderConfig, first: usize) -> std::result::Result<Self, WeightsError> {
        let layers = (0..config.layers).map(|at| Layer::load(&weights.pp("layers").pp(at), config));
        Ok(Self { layers: layers.collect::<std::result::Result<_, _>>()?, config: config.clone(), first })
    }

    /// The shape.
    #[must_use]
    pub fn config(&self) -> &DecoderConfig {
        &self.config
    }

    /// The states behind the last layer, without keeping keys and values.
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
        let cache = Cache { sight: sight.clone(), layers: Vec::new(), tokens: 0, room: 0 };
        let (batch, tokens, _) = vectors.dims3()?;
        let rotary = self.rotary(&cache.positions(batch, tokens, self.first), batch, vectors.device())?;
        self.run(vectors, &rotary, &cache, &mut [])
    }

    /// As [`Decoder::forward`], for tokens that follow those of `cache`, which takes them in.
    ///
    /// # Errors
    ///
    /// When the shape does not fit, or the cache is another model's.
    pub fn forward_cached(&self, vectors: &Tensor, cache: &mut Cache) -> Result<Tensor> {
        let (batch, tokens, _) = vectors.dims3()?;
        let positions = cache.positions(batch, tokens, self.first);
        let rotary = self.rotary(&positions, batch, vectors.device())?;
        self.forward_turned(vectors, &rotary, cache)
    }

    /// As [`Decoder::forward_cached`], where the tokens have places of their own, as on the three axes of Qwen2.5-VL, instead of following
    /// each other.
    ///
    /// # Errors
    ///
    /// When a shape does not fit, or the cache is another model's.
    pub fn forward_turned(&self, vectors: &Tensor, rotary: &Rotary, cache: &mut Cache) -> Result<Tensor> {
        if cache.layers.len() != self.layers.len() {
            bail!("a cache of {} layers for a model of {}", cache.layers.len(), self.layers.len());
        }
        let mut layers = std::mem::take(&mut cache.layers);
        let states = self.run(vectors, rotary, cache, &mut layers);
        cache.layers = layers;
        cache.tokens += vectors.dim(1)?;
        states
    }

    /// A cache without tokens, which makes more room as they come.
    #[must_use]
    pub fn cache(&self, sight: Sight) -> Cache {
        self.cache_for(sight, 0)
    }

    /// A cache without tokens, with room for so many as soon as the first come: those are never copied.
    #[must_use]
    pub fn cache_for(&self, sight: Sight, tokens: usize) -> Cache {
        Cache { sight, layers: vec![Seen::default(); self.layers.len()], tokens: 0, room: tokens }
    }

    fn rotary(&self, positions: &[usize], batch: usize, device: &Device) -> Result<Rotary> {
        let DecoderConfig { pairs, head, .. } = self.config;
        Ok(Rotary::of_speeds(&self.config.speeds(), positions, batch, pairs, device)?.within(head))
    }

    fn run(&self, vectors: &Tensor, rotary: &Rotary, cache: &Cache, seen: &mut [Seen]) -> Result<Tensor> {
        let (batch, tokens, hidden) = vectors.dims3()?;
        if hidden != self.config.hidden {
            bail!("vectors of shape {:?} are not for a model of width {}", vectors.dims(), self.config.hidden);
        }
        let mask = |window| cache.sight.mask(batch, (cache.tokens, tokens), window, vectors.device());
        let masks = [mask(self.config.window)?, mask(None)?];
        let mut state = vectors.clone();
        for (at, layer) in self.layers.iter().enumerate() {
            let seen = seen.get_mut(at).map(|seen| (seen, cache.room));
            state = layer.forward(&state, rotary, &masks[at % 2], seen)?;
        }
        Ok(state)
    }
}

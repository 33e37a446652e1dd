//! The network: tokens to logits.

use linocut_nn::candle_core::{DType, Device, Error, Tensor};
use linocut_nn::decoder::{Cache, Decoder, DecoderConfig, Sight};
use linocut_nn::weights::Weights;
use linocut_nn::{Embedding, Linear, RmsNorm, Rotary, frequencies};

use super::config::CausalConfig;
use super::error::ModelError;

/// A causal language model: a table of tokens, layers, a norm and a head.
///
/// # Source
///
/// transformers 4.51: `modeling_llama.py`, `modeling_qwen2.py`, `modeling_qwen3.py`, `modeling_gemma2.py`.
#[derive(Clone, Debug)]
pub struct Causal {
    tokens: Embedding,
    decoder: Decoder,
    norm: RmsNorm,
    head: Linear,
    /// Angles per position where the file has factors for them.
    speeds: Option<Vec<f32>>,
    config: CausalConfig,
    compute: DType,
    device: Device,
}

impl Causal {
    /// Loads a model under the names that transformers gives its tensors.
    ///
    /// # Errors
    ///
    /// [`ModelError::Weights`] if a tensor is missing, left over, of another shape or not finite.
    pub fn load(weights: &Weights, config: &CausalConfig) -> Result<Self, ModelError> {
        // One row at a time, hundreds of times.
        let weights = &weights.with_copies();
        let model = weights.pp("model");
        let (hidden, eps, gain) = (config.decoder.hidden, config.decoder.eps, config.decoder.gain);
        let (table, count) = (model.pp("embed_tokens"), config.vocabulary);
        let (tokens, head) = if config.is_tied {
            Embedding::load_with_head(&table, count, hidden)?
        } else {
            let tokens = Embedding::of_table(table.get_narrowed("weight", &[count, hidden])?);
            (tokens, Linear::load(&weights.pp("lm_head"), hidden, count, false)?)
        };
        let speeds = speeds(weights, config)?;
        let loaded = Self {
            tokens,
            decoder: Decoder::load(&model, &config.decoder, 0)?,
            norm: RmsNorm::load(&model.pp("norm"), hidden, eps, gain)?,
            head,
            speeds,
            config: config.clone(),
            compute: weights.compute(),
            device: weights.device().clone(),
        };
        // Some files hold a tied head twice.
        weights.finish(if config.is_tied { &["lm_head."] } else { &[] })?;
        Ok(loaded)
    }

    /// The shape.
    #[must_use]
    pub const fn config(&self) -> &CausalConfig {
        &self.config
    }

    /// A cache without tokens, for one text.
    #[must_use]
    pub fn cache(&self) -> Cache {
        self.decoder.cache(Sight::default())
    }

    /// Logits behind each of the tokens, which follow those of `cache`: (tokens, vocabulary), f32.
    ///
    /// # Errors
    ///
    /// [`ModelError::Tensor`] for no token or one outside of the vocabulary.
    pub fn logits(&self, tokens: &[u32], cache: &mut Cache) -> Result<Tensor, ModelError> {
        self.project(&self.states(tokens, cache)?)
    }

    /// Logits of the token that comes next, behind the tokens that follow those of `cache`.
    ///
    /// # Errors
    ///
    /// As [`Causal::logits`].
    pub fn next(&self, tokens: &[u32], cache: &mut Cache) -> Result<Vec<f32>, ModelError> {
        let states = self.states(tokens, cache)?;
        let last = states.narrow(1, states.dim(1)? - 1, 1)?;
        Ok(self.project(&last)?.flatten_all()?.to_vec1()?)
    }

    /// Logits at some places of a batch, (places, vocabulary), f32, with a gradient if anything in the network is learnt.
    ///
    /// # Shapes
    ///
    /// - `ids`: (batch, tokens), `u32`, padded on the right
    /// - `places`: (places), `u32`, counted row by row
    ///
    /// # Errors
    ///
    /// [`ModelError::Tensor`] for a token outside of the vocabulary or a place outside of the batch.
    pub(crate) fn logits_at(&self, ids: &Tensor, places: &Tensor) -> Result<Tensor, ModelError> {
        let states = self.decoder.forward(&self.vectors(ids)?, &Sight::default())?;
        self.project(&states.flatten_to(1)?.index_select(places, 0)?.unsqueeze(0)?)
    }

    fn vectors(&self, ids: &Tensor) -> Result<Tensor, ModelError> {
        let vectors = self.tokens.forward(ids)?.to_dtype(self.compute)?;
        Ok(if self.config.embedding_scale == 1.0 { vectors } else { (vectors * self.config.embedding_scale)? })
    }

    fn states(&self, tokens: &[u32], cache: &mut Cache) -> Result<Tensor, ModelError> {
        let ids = Tensor::new(tokens, &self.device)?.unsqueeze(0)?;
        let vectors = self.vectors(&ids)?;
        let Some(speeds) = &self.speeds else { return Ok(self.decoder.forward_cached(&vectors, cache)?) };
        let positions: Vec<usize> = (cache.tokens()..cache.tokens() + tokens.len()).collect();
        let rotary = Rotary::of_speeds(speeds, &positions, 1, self.config.decoder.pairs, &self.device)?;
        Ok(self.decoder.forward_turned(&vectors, &rotary, cache)?)
    }

    fn project(&self, states: &Tensor) -> Result<Tensor, ModelError> {
        let logits = self.head.forward(&self.norm.forward(states)?)?.to_dtype(DType::F32)?.squeeze(0)?;
        Ok(match self.config.logit_cap {
            Some(cap) => ((logits / cap)?.tanh()? * cap)?,
            None => logits,
        })
    }
}

/// Angles per position, divided by the factors of a file that has them: GGUF files of Llama 3.1 and later.
fn speeds(weights: &Weights, config: &CausalConfig) -> Result<Option<Vec<f32>>, ModelError> {
    const FACTORS: &str = "rotary_factors";
    if !weights.contains(FACTORS) {
        return Ok(None);
    }
    let DecoderConfig { turned, rotary_base, .. } = config.decoder;
    let factors = weights.get_dtype(FACTORS, &[turned / 2], DType::F32)?;
    let factors: Vec<f32> = factors.to_device(&Device::Cpu)?.to_vec1()?;
    if !weights.is_blank() && factors.iter().any(|factor| *factor <= 0.0) {
        return Err(Error::Msg("factors of rotations are above 0".to_owned()).into());
    }
    let own = frequencies(turned, rotary_base);
    Ok(Some(own.into_iter().zip(factors).map(|(speed, factor)| (speed / f64::from(factor)) as f32).collect()))
}

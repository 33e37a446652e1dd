//! The language model, and the layers through which it reads and writes a picture's tokens.

use candle_core::{DType, Device, Tensor};
use linocut_nn::decoder::{Cache, Decoder, Sight};
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Embedding, Gain, Mlp, RmsNorm};

use super::config::JanusConfig;
use crate::model_error::ModelError;
use crate::text::entered;

/// A Llama with the head and the projection of a picture's tokens beside those of words.
#[derive(Clone, Debug)]
pub struct JanusLanguage {
    words: Embedding,
    decoder: Decoder,
    norm: RmsNorm,
    head: Mlp,
    codes: Embedding,
    enter: Mlp,
    device: Device,
    /// What it computes in.
    compute: DType,
}

impl JanusLanguage {
    /// Loads `language_model.model`, `gen_head`, `gen_embed` and `gen_aligner`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for numbers that cannot be, [`ModelError::Weights`] if a tensor is missing or has another shape, or if
    /// more is left over than the decoder of pictures and what only understanding pictures needs.
    pub fn load(weights: &Weights, config: &JanusConfig) -> Result<Self, ModelError> {
        config.check()?;
        // Two rows at a time, hundreds of times.
        let weights = &weights.with_copies();
        let (named, language, picture) = (config.layout.named(weights), &config.language, &config.picture);
        let (hidden, model) = (language.hidden_size, named.pp("language_model.model"));
        let mlp = |part: &str, names, sizes| Mlp::load_named(&named.pp(part), names, sizes, Activation::Gelu);
        let loaded = Self {
            words: Embedding::load(&model.pp("embed_tokens"), language.vocab_size, hidden)?,
            decoder: Decoder::load(&model, &language.decoder(), 0)?,
            norm: RmsNorm::load(&model.pp("norm"), hidden, language.rms_norm_eps, Gain::Weight)?,
            head: mlp("gen_head", ["output_mlp_projector", "vision_head"], [hidden, config.head, picture.codes])?,
            codes: Embedding::load(&named.pp("gen_embed"), picture.codes, picture.code)?,
            enter: mlp("gen_aligner", ["layers.0", "layers.2"], [picture.code, hidden, hidden])?,
            device: weights.device().clone(),
            compute: weights.compute(),
        };
        let [decoder, _] = config.layout.parts();
        weights.finish(&[decoder, config.layout.unneeded()].concat())?;
        Ok(loaded)
    }

    /// The vectors of a row of words' tokens, (1, tokens, hidden).
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for no token, [`ModelError::Tensor`] for a token outside of the vocabulary.
    pub fn read(&self, tokens: &[u32]) -> Result<Tensor, ModelError> {
        entered(&self.words, tokens)
    }

    /// The vectors of one token of each of some pictures, (pictures, 1, hidden).
    ///
    /// # Errors
    ///
    /// [`ModelError::Tensor`] for a token outside of the codebook.
    pub fn enter(&self, tokens: &[u32]) -> Result<Tensor, ModelError> {
        let tokens = Tensor::from_vec(tokens.to_vec(), (tokens.len(), 1), &self.device)?;
        Ok(self.enter.forward(&self.codes.forward(&tokens)?.to_dtype(self.compute)?)?)
    }

    /// Nothing read yet, with room for so many tokens.
    #[must_use]
    pub fn cache(&self, tokens: usize) -> Cache {
        self.decoder.cache_for(Sight::default(), tokens)
    }

    /// Scores of every token that may come next, (rows, codes), in f32.
    ///
    /// # Shapes
    ///
    /// - `vectors`: (rows, tokens, hidden), which follow those of `cache` and are taken in there
    ///
    /// # Errors
    ///
    /// [`ModelError::Tensor`] for other shapes.
    pub fn next(&self, vectors: &Tensor, cache: &mut Cache) -> Result<Tensor, ModelError> {
        let states = self.decoder.forward_cached(vectors, cache)?;
        let last = states.narrow(1, states.dim(1)? - 1, 1)?.squeeze(1)?.contiguous()?;
        Ok(self.head.forward(&self.norm.forward(&last)?)?.to_dtype(DType::F32)?)
    }
}

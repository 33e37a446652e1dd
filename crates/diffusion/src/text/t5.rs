//! T5's encoder.

use candle_core::{DType, Device, Tensor};
use linocut_nn::Location;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Embedding, Gain, GatedMlp, Linear, Mask, RmsNorm, Scaling, attend};
use serde::Deserialize;

use super::entered::entered;
use crate::model_error::{ModelError, read_config, require};

/// Names in GGUF files for those of the published ones.
pub(super) const GGUF: [(&str, &str); 13] = [
    ("encoder.block.", "enc.blk."),
    ("layer.0.SelfAttention.relative_attention_bias.", "attn_rel_b."),
    ("layer.0.SelfAttention.q.", "attn_q."),
    ("layer.0.SelfAttention.k.", "attn_k."),
    ("layer.0.SelfAttention.v.", "attn_v."),
    ("layer.0.SelfAttention.o.", "attn_o."),
    ("layer.0.layer_norm.", "attn_norm."),
    ("layer.1.DenseReluDense.wi_0.", "ffn_gate."),
    ("layer.1.DenseReluDense.wi_1.", "ffn_up."),
    ("layer.1.DenseReluDense.wo.", "ffn_down."),
    ("layer.1.layer_norm.", "ffn_norm."),
    ("encoder.final_layer_norm.", "enc.output_norm."),
    ("shared.", "token_embd."),
];

/// Names of the MLP's layers.
const MLP: [&str; 3] = ["1.DenseReluDense.wi_0", "1.DenseReluDense.wi_1", "1.DenseReluDense.wo"];

/// What the `config.json` of a T5 encoder says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct T5Config {
    /// Tokens in the vocabulary.
    pub vocab_size: usize,
    /// Length of a token's vector.
    pub d_model: usize,
    /// Length of a head's vectors.
    pub d_kv: usize,
    /// Length of the vectors inside the MLP.
    pub d_ff: usize,
    /// Layers, at least 1.
    pub num_layers: usize,
    /// Attention heads, at least 1.
    pub num_heads: usize,
    /// Kinds of distance between two tokens, a multiple of 4. Default: 32.
    #[serde(default = "buckets")]
    pub relative_attention_num_buckets: usize,
    /// Distance from which on all are of one kind. Default: 128.
    #[serde(default = "distance")]
    pub relative_attention_max_distance: usize,
    /// Added to the mean square by the norms.
    pub layer_norm_epsilon: f64,
    /// Kind of the MLP; `gated-gelu`.
    pub feed_forward_proj: String,
}

fn buckets() -> usize {
    32
}

fn distance() -> usize {
    128
}

impl T5Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for numbers that cannot be and another MLP.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let config: Self = read_config(&file.into())?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ModelError> {
        let (kinds, layers) = (self.relative_attention_num_buckets, self.num_layers);
        let is_gated = self.feed_forward_proj == "gated-gelu";
        let are_kinds = kinds >= 4 && kinds.is_multiple_of(4) && self.relative_attention_max_distance > kinds / 4;
        require(is_gated, "feed_forward_proj", "gated-gelu", &self.feed_forward_proj)?;
        require(are_kinds, "relative_attention_num_buckets", "a multiple of 4 below the distance", &kinds)?;
        require(layers > 0 && self.num_heads > 0, "num_layers", "at least 1, with at least 1 head", &layers)
    }

    /// The kind of the distance from one token to another: exact when small, then by its logarithm.
    fn bucket(&self, from: usize, to: usize) -> usize {
        let half = self.relative_attention_num_buckets / 2;
        let (exact, apart) = (half / 2, from.abs_diff(to));
        let side = if to > from { half } else { 0 };
        if apart < exact {
            return side + apart;
        }
        let stretch = (self.relative_attention_max_distance as f64 / exact as f64).ln() as f32;
        let beyond = (apart as f32 / exact as f32).ln() / stretch * (half - exact) as f32;
        side + (exact + beyond as usize).min(half - 1)
    }
}

/// T5's encoder. All tokens see each other; padding is a token as any other.
#[derive(Clone, Debug)]
pub struct T5 {
    tokens: Embedding,
    /// What each kind of distance adds to the scores of each head: (kinds, heads).
    distances: Tensor,
    layers: Vec<Layer>,
    norm: RmsNorm,
    config: T5Config,
}

#[derive(Clone, Debug)]
struct Layer {
    norms: [RmsNorm; 2],
    /// Queries, keys, values, output.
    attention: [Linear; 4],
    mlp: GatedMlp,
}

impl T5 {
    /// Loads `shared` and `encoder`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for numbers that cannot be, [`ModelError::Weights`] if a tensor is missing or has another
    /// shape.
    pub fn load(weights: &Weights, config: &T5Config) -> Result<Self, ModelError> {
        config.check()?;
        let encoder = weights.pp("encoder");
        let kinds = [config.relative_attention_num_buckets, config.num_heads];
        let distances = encoder.pp("block.0.layer.0.SelfAttention.relative_attention_bias");
        let layers = (0..config.num_layers).map(|at| Layer::load(&encoder.pp("block").pp(at).pp("layer"), config));
        Ok(Self {
            tokens: Embedding::load(&weights.pp("shared"), config.vocab_size, config.d_model)?,
            distances: distances.get_dtype("weight", &kinds, DType::F32)?,
            layers: layers.collect::<Result<_, _>>()?,
            norm: RmsNorm::load(
                &encoder.pp("final_layer_norm"),
                config.d_model,
                config.layer_norm_epsilon,
                Gain::Weight,
            )?,
            config: config.clone(),
        })
    }

    /// The states of one row of tokens, normed: (1, tokens, length).
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for no token, [`ModelError::Tensor`] for a token outside of the vocabulary.
    pub fn forward(&self, tokens: &[u32]) -> Result<Tensor, ModelError> {
        let mut state = entered(&self.tokens, tokens)?;
        // Its states overflow in f16: then it computes in f32, whatever its weights are kept in.
        if state.dtype() == DType::F16 {
            state = state.to_dtype(DType::F32)?;
        }
        let device = state.device().clone();
        let mask = Mask::Additive(self.distances(tokens.len(), &device)?);
        for layer in &self.layers {
            state = layer.forward(&state, &mask, &self.config)?;
        }
        Ok(self.norm.forward(&state)?)
    }

    /// What distances add to scores: (heads, tokens, tokens).
    fn distances(&self, tokens: usize, device: &Device) -> candle_core::Result<Tensor> {
        let kind = |at: usize| self.config.bucket(at / tokens, at % tokens) as u32;
        let kinds = Tensor::from_vec((0..tokens * tokens).map(kind).collect::<Vec<u32>>(), tokens * tokens, device)?;
        let added = self.distances.index_select(&kinds, 0)?.t()?.contiguous()?;
        added.reshape((self.config.num_heads, tokens, tokens))
    }
}

impl Layer {
    fn load(weights: &Weights, config: &T5Config) -> Result<Self, WeightsError> {
        let (model, inner, eps) = (config.d_model, config.num_heads * config.d_kv, config.layer_norm_epsilon);
        let norm = |part: &str| RmsNorm::load(&weights.pp(part).pp("layer_norm"), model, eps, Gain::Weight);
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, false);
        Ok(Self {
            norms: [norm("0")?, norm("1")?],
            attention: [
                linear("0.SelfAttention.q", model, inner)?,
                linear("0.SelfAttention.k", model, inner)?,
                linear("0.SelfAttention.v", model, inner)?,
                linear("0.SelfAttention.o", inner, model)?,
            ],
            mlp: GatedMlp::load(weights, MLP, (model, config.d_ff), Activation::GeluTanh)?,
        })
    }

    /// Each head is a row of the batch, for the distances differ between heads.
    fn forward(&self, input: &Tensor, mask: &Mask, config: &T5Config) -> candle_core::Result<Tensor> {
        let [queries, keys, values, output] = &self.attention;
        let (tokens, heads, size) = (input.dim(1)?, config.num_heads, config.d_kv);
        let normal = self.norms[0].forward(input)?;
        let by_head = |layer: &Linear| -> candle_core::Result<Tensor> {
            let vectors = layer.forward(&normal)?.reshape((tokens, heads, size))?;
            vectors.transpose(0, 1)?.contiguous()?.unsqueeze(2)
        };
        let scaling = Scaling::by(1.0);
        let seen = attend(&by_head(queries)?, &by_head(keys)?, &by_head(values)?, mask, scaling)?;
        let seen = seen.transpose(0, 1)?.contiguous()?.reshape((1, tokens, heads * size))?;
        let state = (output.forward(&seen)? + input)?;
        self.mlp.forward(&self.norms[1].forward(&state)?)? + state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> T5Config {
        serde_json::from_str(
            r#"{"vocab_size": 8, "d_model": 4, "d_kv": 2, "d_ff": 8, "num_layers": 1, "num_heads": 2,
                "layer_norm_epsilon": 1e-6, "feed_forward_proj": "gated-gelu"}"#,
        )
        .unwrap()
    }

    #[test]
    fn distances_are_exact_when_small_and_one_kind_when_large() {
        let bucket = |from, to| config().bucket(from, to);
        assert_eq!([bucket(5, 5), bucket(5, 4), bucket(5, 6), bucket(7, 0)], [0, 1, 17, 7]);
        assert_eq!([bucket(8, 0), bucket(0, 8), bucket(127, 0), bucket(900, 0), bucket(0, 900)], [8, 24, 15, 15, 31]);
    }

    #[test]
    fn another_mlp_is_an_error() {
        let other = T5Config { feed_forward_proj: "relu".to_owned(), ..config() };
        let weights = Weights::blank([]);
        assert!(matches!(T5::load(&weights, &other), Err(ModelError::Unsupported { field: "feed_forward_proj", .. })));
    }
}

//! Configurations of causal models, as published.

use std::path::Path;

use linocut_nn::decoder::{DecoderConfig, RotaryScaling};
use linocut_nn::{Activation, Gain, Location, Pairs, Scaling};
use serde::Deserialize;
use serde_json::Value;

use super::error::ModelError;
use super::files::read_json;

/// What is known of a causal model: the shape of its network and what surrounds it.
#[derive(Clone, PartialEq, Debug)]
pub struct CausalConfig {
    /// The layers.
    pub decoder: DecoderConfig,
    /// Tokens that there are logits for.
    pub vocabulary: usize,
    /// Most tokens of prompt and answer.
    pub context: usize,
    /// What the vectors of tokens are multiplied by.
    pub embedding_scale: f64,
    /// Whether the head is the table of tokens.
    pub is_tied: bool,
    /// Logits stay below this in magnitude, if anything.
    pub logit_cap: Option<f64>,
}

/// Families of models.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Llama,
    Qwen2,
    Qwen3,
    Gemma2,
}

/// `config.json`. Fields keep their published names.
#[derive(Deserialize)]
struct Fields {
    model_type: String,
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    rms_norm_eps: f64,
    max_position_embeddings: usize,
    rope_theta: Option<f64>,
    rope_scaling: Option<Rope>,
    /// Both of them in files of transformers 5.
    rope_parameters: Option<Rope>,
    hidden_act: Option<Activation>,
    hidden_activation: Option<Activation>,
    tie_word_embeddings: Option<bool>,
    sliding_window: Option<usize>,
    #[serde(default)]
    use_sliding_window: bool,
    query_pre_attn_scalar: Option<f64>,
    attn_logit_softcapping: Option<f64>,
    final_logit_softcapping: Option<f64>,
    #[serde(default)]
    attention_bias: bool,
    #[serde(default)]
    mlp_bias: bool,
}

#[derive(Deserialize)]
struct Rope {
    #[serde(alias = "type")]
    rope_type: Option<String>,
    rope_theta: Option<f64>,
    factor: Option<f64>,
    low_freq_factor: Option<f64>,
    high_freq_factor: Option<f64>,
    original_max_position_embeddings: Option<usize>,
}

impl CausalConfig {
    /// Reads a `config.json`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] and [`ModelError::Config`] for a file that cannot be read; [`ModelError::Unsupported`] for another family than
    /// Llama, Qwen 2.5, Qwen 3 and Gemma 2, and for what none of their published models uses.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let file = file.into();
        let fields: Fields = read_json(&file)?;
        Reader { file: &file.path(), fields }.config()
    }
}

struct Reader<'a> {
    file: &'a Path,
    fields: Fields,
}

impl Reader<'_> {
    fn unsupported(&self, field: &'static str, expected: impl Into<String>, actual: impl Into<Value>) -> ModelError {
        let actual = actual.into().to_string();
        ModelError::Unsupported { file: self.file.to_owned(), field, expected: expected.into(), actual }
    }

    fn config(&self) -> Result<CausalConfig, ModelError> {
        let fields = &self.fields;
        let family = match fields.model_type.as_str() {
            "llama" => Family::Llama,
            "qwen2" => Family::Qwen2,
            "qwen3" => Family::Qwen3,
            "gemma2" => Family::Gemma2,
            other => return Err(self.unsupported("model_type", "llama, qwen2, qwen3 or gemma2", other)),
        };
        if fields.attention_bias {
            return Err(self.unsupported("attention_bias", "false", true));
        }
        if fields.mlp_bias {
            return Err(self.unsupported("mlp_bias", "false", true));
        }
        if fields.use_sliding_window {
            return Err(self.unsupported("use_sliding_window", "false", true));
        }
        for (field, value) in [("vocab_size", fields.vocab_size), ("num_hidden_layers", fields.num_hidden_layers)] {
            if value == 0 {
                return Err(self.unsupported(field, "at least 1", value));
            }
        }
        let decoder = self.decoder(family)?;
        if let Some((field, expected, actual)) = decoder.fault() {
            return Err(self.unsupported(field, expected, actual));
        }
        let is_gemma = family == Family::Gemma2;
        Ok(CausalConfig {
            decoder,
            vocabulary: fields.vocab_size,
            context: fields.max_position_embeddings,
            // The published program takes the root in the type of the weights, f32 here.
            embedding_scale: if is_gemma { f64::from((fields.hidden_size as f64).sqrt() as f32) } else { 1.0 },
            is_tied: fields.tie_word_embeddings.unwrap_or(is_gemma),
            logit_cap: fields.final_logit_softcapping.filter(|_| is_gemma),
        })
    }

    fn decoder(&self, family: Family) -> Result<DecoderConfig, ModelError> {
        let fields = &self.fields;
        let is_gemma = family == Family::Gemma2;
        let head = fields.head_dim.unwrap_or(fields.hidden_size / fields.num_attention_heads.max(1));
        let scaling = match fields.query_pre_attn_scalar.filter(|_| is_gemma) {
            Some(scalar) => Scaling { soft_cap: fields.attn_logit_softcapping, ..Scaling::by(1.0 / scalar.sqrt()) },
            None => Scaling::of_head(head),
        };
        let usual = if is_gemma { Activation::GeluTanh } else { Activation::Silu };
        let theta = fields.rope_theta.or(fields.rope_parameters.as_ref().and_then(|rope| rope.rope_theta));
        Ok(DecoderConfig {
            hidden: fields.hidden_size,
            layers: fields.num_hidden_layers,
            heads: fields.num_attention_heads,
            groups: fields.num_key_value_heads.unwrap_or(fields.num_attention_heads),
            head,
            inner: fields.intermediate_size,
            activation: if is_gemma { fields.hidden_activation } else { fields.hidden_act }.unwrap_or(usual),
            gain: if is_gemma { Gain::OnePlusWeight } else { Gain::Weight },
            eps: fields.rms_norm_eps,
            norms_behind: is_gemma,
            head_norms: family == Family::Qwen3,
            bias: family == Family::Qwen2,
            scaling,
            rotary_base: theta.unwrap_or(10_000.0),
            turned: head,
            pairs: Pairs::Halves,
            fused_gate: false,
            rotary_scaling: self.rotary_scaling()?,
            window: fields.sliding_window.filter(|_| is_gemma),
        })
    }

    fn rotary_scaling(&self) -> Result<Option<RotaryScaling>, ModelError> {
        let Some(rope) = self.fields.rope_scaling.as_ref().or(self.fields.rope_parameters.as_ref()) else {
            return Ok(None);
        };
        match rope.rope_type.as_deref() {
            None | Some("default") => Ok(None),
            Some("llama3") => {
                let read = || {
                    let (factor, low, high) = (rope.factor?, rope.low_freq_factor?, rope.high_freq_factor?);
                    let length = rope.original_max_position_embeddings?;
                    (factor > 0.0 && high > low).then_some(RotaryScaling { factor, low, high, length })
                };
                let scaling = read();
                scaling.map(Some).ok_or_else(|| {
                    let expected = "four numbers of llama3: factor, low and high frequency, original length";
                    self.unsupported("rope_scaling", expected, "incomplete")
                })
            }
            Some(other) => Err(self.unsupported("rope_scaling", "default or llama3", other)),
        }
    }
}

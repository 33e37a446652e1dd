//! Configurations in GGUF files.

use linocut_nn::decoder::DecoderConfig;
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Gain, Pairs, Scaling};
use serde_json::Value;

use super::metadata::Metadata;
use crate::model::config::Family;
use crate::model::{CausalConfig, ModelError};

/// Layers of Gemma 2 27B, whose scores are scaled by another length than that of a head.
const GEMMA2_27B: usize = 46;
/// How far back every second layer of Gemma 2 sees if a file does not say it.
const GEMMA2_WINDOW: usize = 4096;

/// Reads what is known of a model. How many tokens there are logits for is told by the table of tokens.
pub(super) fn read(metadata: &Metadata, weights: &Weights) -> Result<CausalConfig, ModelError> {
    Reader { metadata, architecture: architecture(metadata)? }.config(weights)
}

const ARCHITECTURE: &str = "general.architecture";

fn architecture(metadata: &Metadata) -> Result<&str, ModelError> {
    metadata.needed(ARCHITECTURE, metadata.text(ARCHITECTURE)?)
}

struct Reader<'a> {
    metadata: &'a Metadata,
    architecture: &'a str,
}

impl Reader<'_> {
    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.architecture)
    }

    fn unsupported(&self, field: &'static str, expected: impl Into<String>, actual: impl Into<Value>) -> ModelError {
        let (file, actual) = (self.metadata.file().to_owned(), actual.into().to_string());
        ModelError::Unsupported { file, field, expected: expected.into(), actual }
    }

    fn number(&self, name: &str) -> Result<usize, ModelError> {
        let key = self.key(name);
        self.metadata.needed(&key, self.metadata.number(&key)?)
    }

    fn config(&self, weights: &Weights) -> Result<CausalConfig, ModelError> {
        let family = match self.architecture {
            "llama" => Family::Llama,
            "qwen2" => Family::Qwen2,
            "qwen3" => Family::Qwen3,
            "gemma2" => Family::Gemma2,
            other => return Err(self.unsupported(ARCHITECTURE, "llama, qwen2, qwen3 or gemma2", other)),
        };
        if let Some(experts @ 1..) = self.metadata.number(&self.key("expert_count"))? {
            return Err(self.unsupported("expert_count", "0", experts));
        }
        if let Some(other) = self.metadata.text(&self.key("rope.scaling.type"))?.filter(|kind| *kind != "none") {
            return Err(self.unsupported("rope.scaling.type", "none", other));
        }
        let decoder = self.decoder(family)?;
        if let Some((field, expected, actual)) = decoder.fault() {
            return Err(self.unsupported(field, expected, actual));
        }
        let turned = self.metadata.number(&self.key("rope.dimension_count"))?.unwrap_or(decoder.head);
        if turned != decoder.head {
            return Err(self.unsupported("rope.dimension_count", decoder.head.to_string(), turned));
        }
        let is_gemma = family == Family::Gemma2;
        let table = weights.shape("model.embed_tokens.weight").unwrap_or_default();
        let vocabulary = table.first().copied().filter(|count| *count > 0);
        Ok(CausalConfig {
            vocabulary: self.metadata.needed("token_embd.weight", vocabulary)?,
            context: self.number("context_length")?,
            embedding_scale: if is_gemma { f64::from((decoder.hidden as f64).sqrt() as f32) } else { 1.0 },
            is_tied: !weights.contains("lm_head.weight"),
            logit_cap: self.metadata.float(&self.key("final_logit_softcapping"))?.filter(|_| is_gemma),
            decoder,
        })
    }

    fn decoder(&self, family: Family) -> Result<DecoderConfig, ModelError> {
        let is_gemma = family == Family::Gemma2;
        let (hidden, layers, heads) =
            (self.number("embedding_length")?, self.number("block_count")?, self.number("attention.head_count")?);
        let optional = |name: &str| self.metadata.number(&self.key(name));
        let float = |name: &str| self.metadata.float(&self.key(name));
        let eps_key = self.key("attention.layer_norm_rms_epsilon");
        let head = optional("attention.key_length")?.unwrap_or(hidden / heads.max(1));
        // Scores are divided by the root of this.
        let length = if is_gemma && layers == GEMMA2_27B { hidden / heads.max(1) } else { head };
        let scale = float("attention.scale")?.unwrap_or(1.0 / (length as f64).sqrt());
        let soft_cap = if is_gemma { float("attn_logit_softcapping")? } else { None };
        Ok(DecoderConfig {
            hidden,
            layers,
            heads,
            groups: optional("attention.head_count_kv")?.unwrap_or(heads),
            head,
            inner: self.number("feed_forward_length")?,
            activation: if is_gemma { Activation::GeluTanh } else { Activation::Silu },
            // The one of Gemma's gains is in the file's weights already.
            gain: Gain::Weight,
            eps: self.metadata.needed(&eps_key, self.metadata.float(&eps_key)?)?,
            norms_behind: is_gemma,
            head_norms: family == Family::Qwen3,
            bias: family == Family::Qwen2,
            scaling: Scaling { soft_cap, ..Scaling::by(scale) },
            rotary_base: float("rope.freq_base")?.unwrap_or(10_000.0),
            turned: head,
            // Queries and keys of Llama lie in another order in these files.
            pairs: if family == Family::Llama { Pairs::Neighbours } else { Pairs::Halves },
            fused_gate: false,
            rotary_scaling: None,
            window: if is_gemma { optional("attention.sliding_window")?.or(Some(GEMMA2_WINDOW)) } else { None },
        })
    }
}

//! Models in one GGUF file: configuration, tokenizer, chat template and weights, as llama.cpp reads them.

mod config;
mod metadata;
mod tokenizer;

use std::path::Path;

use linocut_nn::place::Placement;
use linocut_nn::weights::Weights;

use self::metadata::Metadata;
use super::chat::Chat;
use super::config::CausalConfig;
use super::error::ModelError;

/// Names of tensors in GGUF files for those of the published ones.
const NAMES: [(&str, &str); 15] = [
    ("model.layers.", "blk."),
    ("model.embed_tokens.", "token_embd."),
    ("model.norm.", "output_norm."),
    ("lm_head.", "output."),
    ("self_attn.q_proj.", "attn_q."),
    ("self_attn.k_proj.", "attn_k."),
    ("self_attn.v_proj.", "attn_v."),
    ("self_attn.o_proj.", "attn_output."),
    ("self_attn.q_norm.", "attn_q_norm."),
    ("self_attn.k_norm.", "attn_k_norm."),
    ("input_layernorm.", "attn_norm."),
    ("mlp.gate_proj.", "ffn_gate."),
    ("mlp.up_proj.", "ffn_up."),
    ("mlp.down_proj.", "ffn_down."),
    ("rotary_factors", "rope_freqs.weight"),
];
/// The norm before the MLP, and in Gemma 2 those behind as well.
const NORMS: [(&str, &str); 1] = [("post_attention_layernorm.", "ffn_norm.")];
const FOUR_NORMS: [(&str, &str); 3] = [
    ("post_attention_layernorm.", "post_attention_norm."),
    ("pre_feedforward_layernorm.", "ffn_norm."),
    ("post_feedforward_layernorm.", "post_ffw_norm."),
];

/// Opens a file: configuration, tokenizer with template, and weights under the published names.
///
/// # Source
///
/// llama.cpp, `gguf-py/gguf/constants.py` and `convert_hf_to_gguf.py`, 2025.
pub(super) fn open(file: &Path, place: &Placement) -> Result<(CausalConfig, Chat, Weights), ModelError> {
    let weights = Weights::gguf(file, place.dtype, &place.device)?.with_linear_kind(place.linear_kind);
    let weights = weights.renamed(NAMES);
    let metadata = Metadata::read(file)?;
    let config = config::read(&metadata, &weights)?;
    let weights = if config.decoder.norms_behind { weights.renamed(FOUR_NORMS) } else { weights.renamed(NORMS) };
    let chat = tokenizer::read(&metadata)?;
    Ok((config, chat, weights))
}

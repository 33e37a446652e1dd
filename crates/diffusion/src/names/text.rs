//! Names of text encoders.

use linocut_nn::weights::Cut;

use super::rule::{Rule, Rules, cut, third, whole};

/// CLIP as transformers writes it, with or without its first part.
pub(crate) const CLIP: Rules = Rules {
    counted: "text_model.encoder.layers.",
    rules: &[
        whole("text_model.*", "text_model.*"),
        whole("embeddings.*", "text_model.embeddings.*"),
        whole("encoder.*", "text_model.encoder.*"),
        whole("final_layer_norm.*", "text_model.final_layer_norm.*"),
        whole("text_projection.weight", "text_projection.weight"),
        whole("logit_scale", ""),
    ],
};

/// `OpenCLIP`.
pub(crate) const OPEN_CLIP: Rules = Rules { counted: LAYERS, rules: &OPEN };

/// `OpenCLIP` without its last layer and its projection, as Stable Diffusion 2 uses it.
pub(crate) const OPEN_CLIP_PENULTIMATE: Rules = Rules { counted: LAYERS, rules: &PENULTIMATE };

const LAYERS: &str = "transformer.resblocks.";

const OPEN: [Rule; 19] = [
    whole("token_embedding.weight", "text_model.embeddings.token_embedding.weight"),
    whole("positional_embedding", "text_model.embeddings.position_embedding.weight"),
    whole("ln_final.*", "text_model.final_layer_norm.*"),
    cut("text_projection", "text_projection.weight", Cut::Transposed),
    whole("text_projection.weight", "text_projection.weight"),
    whole("logit_scale", ""),
    whole("attn_mask", ""),
    whole("transformer.resblocks.#.ln_1.*", "text_model.encoder.layers.#.layer_norm1.*"),
    whole("transformer.resblocks.#.ln_2.*", "text_model.encoder.layers.#.layer_norm2.*"),
    third("transformer.resblocks.#.attn.in_proj_weight", "text_model.encoder.layers.#.self_attn.q_proj.weight", 0),
    third("transformer.resblocks.#.attn.in_proj_weight", "text_model.encoder.layers.#.self_attn.k_proj.weight", 1),
    third("transformer.resblocks.#.attn.in_proj_weight", "text_model.encoder.layers.#.self_attn.v_proj.weight", 2),
    third("transformer.resblocks.#.attn.in_proj_bias", "text_model.encoder.layers.#.self_attn.q_proj.bias", 0),
    third("transformer.resblocks.#.attn.in_proj_bias", "text_model.encoder.layers.#.self_attn.k_proj.bias", 1),
    third("transformer.resblocks.#.attn.in_proj_bias", "text_model.encoder.layers.#.self_attn.v_proj.bias", 2),
    whole("transformer.resblocks.#.attn.out_proj.*", "text_model.encoder.layers.#.self_attn.out_proj.*"),
    whole("transformer.resblocks.#.mlp.c_fc.*", "text_model.encoder.layers.#.mlp.fc1.*"),
    whole("transformer.resblocks.#.mlp.c_proj.*", "text_model.encoder.layers.#.mlp.fc2.*"),
    whole("text_model.embeddings.position_ids", ""),
];

/// What is left out, then the rest.
const PENULTIMATE: [Rule; 3 + OPEN.len()] = {
    let mut rules = [whole("", ""); 3 + OPEN.len()];
    rules[0] = whole("transformer.resblocks.$.*", "");
    rules[1] = whole("text_projection", "");
    rules[2] = whole("text_projection.weight", "");
    let mut at = 0;
    while at < OPEN.len() {
        rules[3 + at] = OPEN[at];
        at += 1;
    }
    rules
};

/// T5 as transformers writes it.
pub(crate) const T5: Rules = Rules {
    counted: "encoder.block.",
    rules: &[whole("shared.weight", "shared.weight"), whole("encoder.*", "encoder.*"), whole("logit_scale", "")],
};

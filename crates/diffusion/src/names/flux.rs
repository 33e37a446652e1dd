//! Names of FLUX.1's transformer.

use linocut_nn::weights::Cut;

use super::rule::{Rules, cut, third, whole};

/// Black Forest Labs' own files. Queries, keys and values lie below each other, in blocks of one stream with the MLP, which has four times
/// the rows of one of them; the last norm has shift and scale where diffusers has scale and shift.
pub(crate) const FLUX: Rules = Rules {
    counted: "double_blocks.",
    rules: &[
        whole("double_blocks.#.img_mod.lin.*", "transformer_blocks.#.norm1.linear.*"),
        whole("double_blocks.#.txt_mod.lin.*", "transformer_blocks.#.norm1_context.linear.*"),
        third("double_blocks.#.img_attn.qkv.*", "transformer_blocks.#.attn.to_q.*", 0),
        third("double_blocks.#.img_attn.qkv.*", "transformer_blocks.#.attn.to_k.*", 1),
        third("double_blocks.#.img_attn.qkv.*", "transformer_blocks.#.attn.to_v.*", 2),
        third("double_blocks.#.txt_attn.qkv.*", "transformer_blocks.#.attn.add_q_proj.*", 0),
        third("double_blocks.#.txt_attn.qkv.*", "transformer_blocks.#.attn.add_k_proj.*", 1),
        third("double_blocks.#.txt_attn.qkv.*", "transformer_blocks.#.attn.add_v_proj.*", 2),
        whole("double_blocks.#.img_attn.norm.query_norm.scale", "transformer_blocks.#.attn.norm_q.weight"),
        whole("double_blocks.#.img_attn.norm.key_norm.scale", "transformer_blocks.#.attn.norm_k.weight"),
        whole("double_blocks.#.txt_attn.norm.query_norm.scale", "transformer_blocks.#.attn.norm_added_q.weight"),
        whole("double_blocks.#.txt_attn.norm.key_norm.scale", "transformer_blocks.#.attn.norm_added_k.weight"),
        whole("double_blocks.#.img_attn.proj.*", "transformer_blocks.#.attn.to_out.0.*"),
        whole("double_blocks.#.txt_attn.proj.*", "transformer_blocks.#.attn.to_add_out.*"),
        whole("double_blocks.#.img_mlp.0.*", "transformer_blocks.#.ff.net.0.proj.*"),
        whole("double_blocks.#.img_mlp.2.*", "transformer_blocks.#.ff.net.2.*"),
        whole("double_blocks.#.txt_mlp.0.*", "transformer_blocks.#.ff_context.net.0.proj.*"),
        whole("double_blocks.#.txt_mlp.2.*", "transformer_blocks.#.ff_context.net.2.*"),
        whole("single_blocks.#.modulation.lin.*", "single_transformer_blocks.#.norm.linear.*"),
        cut("single_blocks.#.linear1.*", "single_transformer_blocks.#.attn.to_q.*", Cut::part(0, 7)),
        cut("single_blocks.#.linear1.*", "single_transformer_blocks.#.attn.to_k.*", Cut::part(1, 7)),
        cut("single_blocks.#.linear1.*", "single_transformer_blocks.#.attn.to_v.*", Cut::part(2, 7)),
        cut(
            "single_blocks.#.linear1.*",
            "single_transformer_blocks.#.proj_mlp.*",
            Cut::Parts { from: 3, until: 7, of: 7 },
        ),
        whole("single_blocks.#.linear2.*", "single_transformer_blocks.#.proj_out.*"),
        whole("single_blocks.#.norm.query_norm.scale", "single_transformer_blocks.#.attn.norm_q.weight"),
        whole("single_blocks.#.norm.key_norm.scale", "single_transformer_blocks.#.attn.norm_k.weight"),
        whole("img_in.*", "x_embedder.*"),
        whole("txt_in.*", "context_embedder.*"),
        whole("time_in.in_layer.*", "time_text_embed.timestep_embedder.linear_1.*"),
        whole("time_in.out_layer.*", "time_text_embed.timestep_embedder.linear_2.*"),
        whole("vector_in.in_layer.*", "time_text_embed.text_embedder.linear_1.*"),
        whole("vector_in.out_layer.*", "time_text_embed.text_embedder.linear_2.*"),
        whole("guidance_in.in_layer.*", "time_text_embed.guidance_embedder.linear_1.*"),
        whole("guidance_in.out_layer.*", "time_text_embed.guidance_embedder.linear_2.*"),
        whole("final_layer.linear.*", "proj_out.*"),
        cut("final_layer.adaLN_modulation.1.*", "norm_out.linear.*", Cut::Swapped),
    ],
};

/// `SVDQuant`'s releases; what is not here has the names of diffusers. In blocks of one stream the layer behind both attention and MLP is in
/// two pieces.
pub(crate) const SVDQ: Rules = Rules {
    counted: "transformer_blocks.",
    rules: &[
        third("transformer_blocks.#.qkv_proj.*", "transformer_blocks.#.attn.to_q.*", 0),
        third("transformer_blocks.#.qkv_proj.*", "transformer_blocks.#.attn.to_k.*", 1),
        third("transformer_blocks.#.qkv_proj.*", "transformer_blocks.#.attn.to_v.*", 2),
        third("transformer_blocks.#.qkv_proj_context.*", "transformer_blocks.#.attn.add_q_proj.*", 0),
        third("transformer_blocks.#.qkv_proj_context.*", "transformer_blocks.#.attn.add_k_proj.*", 1),
        third("transformer_blocks.#.qkv_proj_context.*", "transformer_blocks.#.attn.add_v_proj.*", 2),
        whole("transformer_blocks.#.out_proj.*", "transformer_blocks.#.attn.to_out.0.*"),
        whole("transformer_blocks.#.out_proj_context.*", "transformer_blocks.#.attn.to_add_out.*"),
        whole("transformer_blocks.#.mlp_fc1.*", "transformer_blocks.#.ff.net.0.proj.*"),
        whole("transformer_blocks.#.mlp_fc2.*", "transformer_blocks.#.ff.net.2.*"),
        whole("transformer_blocks.#.mlp_context_fc1.*", "transformer_blocks.#.ff_context.net.0.proj.*"),
        whole("transformer_blocks.#.mlp_context_fc2.*", "transformer_blocks.#.ff_context.net.2.*"),
        whole("transformer_blocks.#.norm_q.*", "transformer_blocks.#.attn.norm_q.*"),
        whole("transformer_blocks.#.norm_k.*", "transformer_blocks.#.attn.norm_k.*"),
        whole("transformer_blocks.#.norm_added_q.*", "transformer_blocks.#.attn.norm_added_q.*"),
        whole("transformer_blocks.#.norm_added_k.*", "transformer_blocks.#.attn.norm_added_k.*"),
        third("single_transformer_blocks.#.qkv_proj.*", "single_transformer_blocks.#.attn.to_q.*", 0),
        third("single_transformer_blocks.#.qkv_proj.*", "single_transformer_blocks.#.attn.to_k.*", 1),
        third("single_transformer_blocks.#.qkv_proj.*", "single_transformer_blocks.#.attn.to_v.*", 2),
        whole("single_transformer_blocks.#.out_proj.*", "single_transformer_blocks.#.proj_out.0.*"),
        whole("single_transformer_blocks.#.mlp_fc1.*", "single_transformer_blocks.#.proj_mlp.*"),
        whole("single_transformer_blocks.#.mlp_fc2.*", "single_transformer_blocks.#.proj_out.1.*"),
        whole("single_transformer_blocks.#.norm_q.*", "single_transformer_blocks.#.attn.norm_q.*"),
        whole("single_transformer_blocks.#.norm_k.*", "single_transformer_blocks.#.attn.norm_k.*"),
    ],
};

#[cfg(test)]
mod tests {
    use super::super::rule::LINES;
    use super::*;

    #[test]
    fn names_of_lora_files_are_known_with_dots_and_with_underlines() {
        for name in ["double_blocks.12.img_attn.qkv.weight", "double_blocks_12_img_attn_qkv_weight"] {
            let found = FLUX.found(name, 0, LINES).unwrap();
            assert_eq!(found[1], ("transformer_blocks.12.attn.to_k.weight".to_owned(), Cut::part(1, 3)), "{name}");
        }
        for name in ["double_blocks_x_img_attn_qkv", "double_blocks.1", "transformer_blocks.1.attn.to_q", "x_embedder"]
        {
            assert_eq!(FLUX.found(&format!("{name}.weight"), 0, LINES), None, "{name}");
        }
    }
}

//! Names of the transformer of Stable Diffusion 3.

use linocut_nn::weights::Cut;

use super::rule::{Rules, cut, third, whole};

/// The transformer, whose last norms the original code has with the scale behind the shift.
pub(crate) const TRANSFORMER: Rules = Rules {
    counted: "joint_blocks.",
    rules: &[
        whole("pos_embed", "pos_embed.pos_embed"),
        whole("x_embedder.proj.*", "pos_embed.proj.*"),
        whole("t_embedder.mlp.0.*", "time_text_embed.timestep_embedder.linear_1.*"),
        whole("t_embedder.mlp.2.*", "time_text_embed.timestep_embedder.linear_2.*"),
        whole("y_embedder.mlp.0.*", "time_text_embed.text_embedder.linear_1.*"),
        whole("y_embedder.mlp.2.*", "time_text_embed.text_embedder.linear_2.*"),
        whole("context_embedder.*", "context_embedder.*"),
        third("joint_blocks.#.x_block.attn.qkv.*", "transformer_blocks.#.attn.to_q.*", 0),
        third("joint_blocks.#.x_block.attn.qkv.*", "transformer_blocks.#.attn.to_k.*", 1),
        third("joint_blocks.#.x_block.attn.qkv.*", "transformer_blocks.#.attn.to_v.*", 2),
        whole("joint_blocks.#.x_block.attn.ln_q.*", "transformer_blocks.#.attn.norm_q.*"),
        whole("joint_blocks.#.x_block.attn.ln_k.*", "transformer_blocks.#.attn.norm_k.*"),
        whole("joint_blocks.#.x_block.attn.proj.*", "transformer_blocks.#.attn.to_out.0.*"),
        third("joint_blocks.#.x_block.attn2.qkv.*", "transformer_blocks.#.attn2.to_q.*", 0),
        third("joint_blocks.#.x_block.attn2.qkv.*", "transformer_blocks.#.attn2.to_k.*", 1),
        third("joint_blocks.#.x_block.attn2.qkv.*", "transformer_blocks.#.attn2.to_v.*", 2),
        whole("joint_blocks.#.x_block.attn2.ln_q.*", "transformer_blocks.#.attn2.norm_q.*"),
        whole("joint_blocks.#.x_block.attn2.ln_k.*", "transformer_blocks.#.attn2.norm_k.*"),
        whole("joint_blocks.#.x_block.attn2.proj.*", "transformer_blocks.#.attn2.to_out.0.*"),
        whole("joint_blocks.#.x_block.adaLN_modulation.1.*", "transformer_blocks.#.norm1.linear.*"),
        whole("joint_blocks.#.x_block.mlp.fc1.*", "transformer_blocks.#.ff.net.0.proj.*"),
        whole("joint_blocks.#.x_block.mlp.fc2.*", "transformer_blocks.#.ff.net.2.*"),
        third("joint_blocks.#.context_block.attn.qkv.*", "transformer_blocks.#.attn.add_q_proj.*", 0),
        third("joint_blocks.#.context_block.attn.qkv.*", "transformer_blocks.#.attn.add_k_proj.*", 1),
        third("joint_blocks.#.context_block.attn.qkv.*", "transformer_blocks.#.attn.add_v_proj.*", 2),
        whole("joint_blocks.#.context_block.attn.ln_q.*", "transformer_blocks.#.attn.norm_added_q.*"),
        whole("joint_blocks.#.context_block.attn.ln_k.*", "transformer_blocks.#.attn.norm_added_k.*"),
        whole("joint_blocks.#.context_block.attn.proj.*", "transformer_blocks.#.attn.to_add_out.*"),
        cut(
            "joint_blocks.$.context_block.adaLN_modulation.1.*",
            "transformer_blocks.#.norm1_context.linear.*",
            Cut::Swapped,
        ),
        whole("joint_blocks.#.context_block.adaLN_modulation.1.*", "transformer_blocks.#.norm1_context.linear.*"),
        whole("joint_blocks.#.context_block.mlp.fc1.*", "transformer_blocks.#.ff_context.net.0.proj.*"),
        whole("joint_blocks.#.context_block.mlp.fc2.*", "transformer_blocks.#.ff_context.net.2.*"),
        whole("final_layer.linear.*", "proj_out.*"),
        cut("final_layer.adaLN_modulation.1.*", "norm_out.linear.*", Cut::Swapped),
    ],
};

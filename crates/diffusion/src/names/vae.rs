//! Names of the autoencoder.

use linocut_nn::weights::Cut;

use super::rule::{Rules, cut, whole};

/// The autoencoder of latent diffusion, whose stages on the way up are counted from the picture.
pub(crate) const VAE: Rules = Rules {
    counted: "decoder.up.",
    rules: &[
        whole("encoder.down.#.block.#.nin_shortcut.*", "encoder.down_blocks.#.resnets.#.conv_shortcut.*"),
        whole("encoder.down.#.block.#.*", "encoder.down_blocks.#.resnets.#.*"),
        whole("encoder.down.#.downsample.conv.*", "encoder.down_blocks.#.downsamplers.0.conv.*"),
        whole("encoder.mid.block_1.*", "encoder.mid_block.resnets.0.*"),
        whole("encoder.mid.block_2.*", "encoder.mid_block.resnets.1.*"),
        whole("encoder.mid.attn_1.norm.*", "encoder.mid_block.attentions.0.group_norm.*"),
        cut("encoder.mid.attn_1.q.*", "encoder.mid_block.attentions.0.to_q.*", Cut::Point),
        cut("encoder.mid.attn_1.k.*", "encoder.mid_block.attentions.0.to_k.*", Cut::Point),
        cut("encoder.mid.attn_1.v.*", "encoder.mid_block.attentions.0.to_v.*", Cut::Point),
        cut("encoder.mid.attn_1.proj_out.*", "encoder.mid_block.attentions.0.to_out.0.*", Cut::Point),
        whole("encoder.norm_out.*", "encoder.conv_norm_out.*"),
        whole("encoder.*", "encoder.*"),
        whole("decoder.up.#.block.#.nin_shortcut.*", "decoder.up_blocks.~.resnets.#.conv_shortcut.*"),
        whole("decoder.up.#.block.#.*", "decoder.up_blocks.~.resnets.#.*"),
        whole("decoder.up.#.upsample.conv.*", "decoder.up_blocks.~.upsamplers.0.conv.*"),
        whole("decoder.mid.block_1.*", "decoder.mid_block.resnets.0.*"),
        whole("decoder.mid.block_2.*", "decoder.mid_block.resnets.1.*"),
        whole("decoder.mid.attn_1.norm.*", "decoder.mid_block.attentions.0.group_norm.*"),
        cut("decoder.mid.attn_1.q.*", "decoder.mid_block.attentions.0.to_q.*", Cut::Point),
        cut("decoder.mid.attn_1.k.*", "decoder.mid_block.attentions.0.to_k.*", Cut::Point),
        cut("decoder.mid.attn_1.v.*", "decoder.mid_block.attentions.0.to_v.*", Cut::Point),
        cut("decoder.mid.attn_1.proj_out.*", "decoder.mid_block.attentions.0.to_out.0.*", Cut::Point),
        whole("decoder.norm_out.*", "decoder.conv_norm_out.*"),
        whole("decoder.*", "decoder.*"),
        whole("quant_conv.*", "quant_conv.*"),
        whole("post_quant_conv.*", "post_quant_conv.*"),
        whole("loss.*", ""),
    ],
};

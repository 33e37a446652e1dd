//! Names of the original SDXL code for those of diffusers.

/// Blocks of the original code per stage: two residual blocks and the change of size.
const BLOCKS: usize = 3;

/// Names inside of a residual block.
const RESNET: [(&str, &str); 6] = [
    ("in_layers_0", "norm1"),
    ("in_layers_2", "conv1"),
    ("emb_layers_1", "time_emb_proj"),
    ("out_layers_0", "norm2"),
    ("out_layers_3", "conv2"),
    ("skip_connection", "conv_shortcut"),
];

/// Names outside of blocks.
const OUTSIDE: [(&str, &str); 6] = [
    ("input_blocks_0_0", "conv_in"),
    ("time_embed_0", "time_embedding_linear_1"),
    ("time_embed_2", "time_embedding_linear_2"),
    ("label_emb_0_0", "add_embedding_linear_1"),
    ("label_emb_0_2", "add_embedding_linear_2"),
    ("out_2", "conv_out"),
];

/// The name of a module of the UNet in diffusers, with underlines for dots; nothing if it is not one of the original code.
pub(super) fn from_sgm(name: &str) -> Option<String> {
    if let Some((_, found)) = OUTSIDE.iter().find(|(original, _)| *original == name) {
        return Some((*found).to_owned());
    }
    if let Some(rest) = name.strip_prefix("middle_block_") {
        return middle(rest);
    }
    if let Some(rest) = name.strip_prefix("input_blocks_") {
        return down(rest);
    }
    up(name.strip_prefix("output_blocks_")?)
}

fn middle(rest: &str) -> Option<String> {
    match number(rest)? {
        (1, rest) => Some(format!("mid_block_attentions_0_{rest}")),
        (at, rest) => Some(format!("mid_block_resnets_{}_{}", at / 2, inside(rest))),
    }
}

fn down(rest: &str) -> Option<String> {
    let (block, rest) = number(rest)?;
    let block = block.checked_sub(1)?;
    let (stage, layer) = (block / BLOCKS, block % BLOCKS);
    match number(rest)? {
        (0, "op") => Some(format!("down_blocks_{stage}_downsamplers_0_conv")),
        (0, rest) => Some(format!("down_blocks_{stage}_resnets_{layer}_{}", inside(rest))),
        (_, rest) => Some(format!("down_blocks_{stage}_attentions_{layer}_{rest}")),
    }
}

fn up(rest: &str) -> Option<String> {
    let (block, rest) = number(rest)?;
    let (stage, layer) = (block / BLOCKS, block % BLOCKS);
    match number(rest)? {
        (_, "conv") => Some(format!("up_blocks_{stage}_upsamplers_0_conv")),
        (0, rest) => Some(format!("up_blocks_{stage}_resnets_{layer}_{}", inside(rest))),
        (_, rest) => Some(format!("up_blocks_{stage}_attentions_{layer}_{rest}")),
    }
}

/// The number before an underline, and what is behind it.
fn number(text: &str) -> Option<(usize, &str)> {
    let (digits, rest) = text.split_once('_')?;
    Some((digits.parse().ok()?, rest))
}

fn inside(name: &str) -> &str {
    RESNET.iter().find(|(original, _)| *original == name).map_or(name, |(_, found)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_counted_anew() {
        for (original, expected) in [
            ("input_blocks_1_0_in_layers_2", "down_blocks_0_resnets_0_conv1"),
            ("input_blocks_6_0_op", "down_blocks_1_downsamplers_0_conv"),
            ("input_blocks_8_1_proj_in", "down_blocks_2_attentions_1_proj_in"),
            ("middle_block_2_out_layers_3", "mid_block_resnets_1_conv2"),
            ("middle_block_1_proj_out", "mid_block_attentions_0_proj_out"),
            ("output_blocks_5_2_conv", "up_blocks_1_upsamplers_0_conv"),
            ("output_blocks_8_0_skip_connection", "up_blocks_2_resnets_2_conv_shortcut"),
            ("out_2", "conv_out"),
        ] {
            assert_eq!(from_sgm(original).as_deref(), Some(expected), "{original}");
        }
    }

    #[test]
    fn names_of_diffusers_are_left_alone() {
        assert_eq!(from_sgm("up_blocks_1_resnets_0_conv1"), None);
        assert_eq!(from_sgm("input_blocks_x"), None);
    }
}

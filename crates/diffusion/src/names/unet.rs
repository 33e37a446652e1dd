//! Names of the UNet in the original code for those of diffusers.
//!
//! Files of weights have dots between the parts of a name, many LoRA files underlines.

/// Blocks of the original code per stage of Stable Diffusion and SDXL: two residual blocks and the change of size.
pub(crate) const BLOCKS: usize = 3;

/// Names inside of a residual block.
const RESNET: [(&str, &str); 6] = [
    ("in_layers.0", "norm1"),
    ("in_layers.2", "conv1"),
    ("emb_layers.1", "time_emb_proj"),
    ("out_layers.0", "norm2"),
    ("out_layers.3", "conv2"),
    ("skip_connection", "conv_shortcut"),
];

/// Names outside of blocks.
const OUTSIDE: [(&str, &str); 7] = [
    ("input_blocks.0.0", "conv_in"),
    ("time_embed.0", "time_embedding.linear_1"),
    ("time_embed.2", "time_embedding.linear_2"),
    ("label_emb.0.0", "add_embedding.linear_1"),
    ("label_emb.0.2", "add_embedding.linear_2"),
    ("out.0", "conv_norm_out"),
    ("out.2", "conv_out"),
];

/// How names are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// What stands between the parts of a name.
    pub(crate) dot: char,
    /// Blocks of the original code per stage, at least 1.
    pub(crate) blocks: usize,
}

impl Style {
    /// The name in diffusers of a module of the UNet or of something in one; nothing if it is not one of the original code.
    pub(crate) fn to_diffusers(self, name: &str) -> Option<String> {
        if let Some(found) = self.replaced(name, &OUTSIDE) {
            return Some(found);
        }
        let name = self.part(name);
        if let Some(rest) = name("middle_block") {
            return self.middle(rest);
        }
        if let Some(rest) = name("input_blocks") {
            return self.down(rest);
        }
        self.up(name("output_blocks")?)
    }

    fn middle(self, rest: &str) -> Option<String> {
        let (name, rest) = match self.number(rest)? {
            (1, rest) => ("mid_block.attentions.0".to_owned(), rest.to_owned()),
            (at, rest) => (format!("mid_block.resnets.{}", at / 2), self.inside(rest)),
        };
        Some(self.joined(&name, &rest))
    }

    fn down(self, rest: &str) -> Option<String> {
        let (block, rest) = self.number(rest)?;
        let block = block.checked_sub(1)?;
        let (stage, layer) = (block / self.blocks, block % self.blocks);
        let (at, rest) = self.number(rest)?;
        let (name, rest) = match self.behind(rest, "op") {
            Some(rest) if at == 0 => (format!("down_blocks.{stage}.downsamplers.0.conv"), rest.to_owned()),
            _ if at == 0 => (format!("down_blocks.{stage}.resnets.{layer}"), self.inside(rest)),
            _ => (format!("down_blocks.{stage}.attentions.{layer}"), rest.to_owned()),
        };
        Some(self.joined(&name, &rest))
    }

    fn up(self, rest: &str) -> Option<String> {
        let (block, rest) = self.number(rest)?;
        let (stage, layer) = (block / self.blocks, block % self.blocks);
        let (at, rest) = self.number(rest)?;
        let (name, rest) = match self.behind(rest, "conv") {
            Some(rest) => (format!("up_blocks.{stage}.upsamplers.0.conv"), rest.to_owned()),
            None if at == 0 => (format!("up_blocks.{stage}.resnets.{layer}"), self.inside(rest)),
            None => (format!("up_blocks.{stage}.attentions.{layer}"), rest.to_owned()),
        };
        Some(self.joined(&name, &rest))
    }

    /// The name of something in a residual block.
    fn inside(self, name: &str) -> String {
        self.replaced(name, &RESNET).unwrap_or_else(|| name.to_owned())
    }

    /// A name whose beginning the table has, with the other beginning.
    fn replaced(self, name: &str, table: &[(&str, &str)]) -> Option<String> {
        table.iter().find_map(|(original, found)| {
            let rest = self.behind(name, &self.written(original))?;
            Some(self.joined(found, rest))
        })
    }

    /// What is behind a part with which a name begins.
    fn part<'a>(self, name: &'a str) -> impl Fn(&str) -> Option<&'a str> {
        move |part| name.strip_prefix(part)?.strip_prefix(self.dot)
    }

    /// What is behind these parts, with which a name begins; empty if there is nothing.
    fn behind<'a>(self, name: &'a str, parts: &str) -> Option<&'a str> {
        let rest = name.strip_prefix(parts)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix(self.dot) }
    }

    /// The number with which a name begins, and what is behind it.
    fn number(self, name: &str) -> Option<(usize, &str)> {
        let (digits, rest) = name.split_once(self.dot)?;
        Some((digits.parse().ok()?, rest))
    }

    fn written(self, name: &str) -> String {
        name.replace('.', self.dot.encode_utf8(&mut [0; 4]))
    }

    /// A name with dots, and more behind it.
    fn joined(self, name: &str, rest: &str) -> String {
        let name = self.written(name);
        if rest.is_empty() { name } else { format!("{name}{}{rest}", self.dot) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, &str); 9] = [
        ("input_blocks.1.0.in_layers.2", "down_blocks.0.resnets.0.conv1"),
        ("input_blocks.6.0.op", "down_blocks.1.downsamplers.0.conv"),
        ("input_blocks.8.1.proj_in", "down_blocks.2.attentions.1.proj_in"),
        ("middle_block.2.out_layers.3", "mid_block.resnets.1.conv2"),
        ("middle_block.1.proj_out", "mid_block.attentions.0.proj_out"),
        ("output_blocks.5.2.conv", "up_blocks.1.upsamplers.0.conv"),
        ("output_blocks.8.0.skip_connection", "up_blocks.2.resnets.2.conv_shortcut"),
        ("out.2", "conv_out"),
        ("time_embed.2", "time_embedding.linear_2"),
    ];

    #[test]
    fn blocks_are_counted_anew_with_dots_and_with_underlines() {
        for (original, expected) in NAMES {
            let dots = Style { dot: '.', blocks: BLOCKS };
            assert_eq!(dots.to_diffusers(original).as_deref(), Some(expected));
            let weight = format!("{expected}.weight");
            assert_eq!(dots.to_diffusers(&format!("{original}.weight")), Some(weight), "{original}");
            let lines = Style { dot: '_', blocks: BLOCKS };
            assert_eq!(lines.to_diffusers(&original.replace('.', "_")), Some(expected.replace('.', "_")), "{original}");
        }
    }

    #[test]
    fn a_stage_may_have_fewer_blocks() {
        let small = Style { dot: '.', blocks: 2 };
        let of = |name: &str| small.to_diffusers(name).unwrap();
        assert_eq!(of("input_blocks.4.0.op.bias"), "down_blocks.1.downsamplers.0.conv.bias");
        assert_eq!(of("output_blocks.3.1.norm.weight"), "up_blocks.1.attentions.1.norm.weight");
    }

    #[test]
    fn names_of_diffusers_are_left_alone() {
        let lines = Style { dot: '_', blocks: BLOCKS };
        assert_eq!(lines.to_diffusers("up_blocks_1_resnets_0_conv1"), None);
        assert_eq!(lines.to_diffusers("input_blocks_x"), None);
        assert_eq!(lines.to_diffusers("outside"), None);
    }
}

//! Names of Black Forest Labs' own files for those of diffusers. What they have in one piece is cut.

use linocut_nn::weights::{View, Weights};

use super::packed::packed;

/// Modules of other code and those of diffusers that each is made of, one below the other.
pub(super) type Modules = [(&'static str, &'static [&'static str])];

/// Queries, keys and values below each other, those of single blocks with the MLP, which has four times the rows of one of them.
const IN_ONE: usize = 4;

/// In blocks of two streams.
const DOUBLE: &Modules = &[
    ("img_mod.lin", &["norm1.linear"]),
    ("txt_mod.lin", &["norm1_context.linear"]),
    ("img_attn.qkv", &["attn.to_q", "attn.to_k", "attn.to_v"]),
    ("txt_attn.qkv", &["attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"]),
    ("img_attn.norm.query_norm", &["attn.norm_q"]),
    ("img_attn.norm.key_norm", &["attn.norm_k"]),
    ("txt_attn.norm.query_norm", &["attn.norm_added_q"]),
    ("txt_attn.norm.key_norm", &["attn.norm_added_k"]),
    ("img_attn.proj", &["attn.to_out.0"]),
    ("txt_attn.proj", &["attn.to_add_out"]),
    ("img_mlp.0", &["ff.net.0.proj"]),
    ("img_mlp.2", &["ff.net.2"]),
    ("txt_mlp.0", &["ff_context.net.0.proj"]),
    ("txt_mlp.2", &["ff_context.net.2"]),
];

/// In blocks of one stream.
const SINGLE: &Modules = &[
    ("modulation.lin", &["norm.linear"]),
    ("linear1", &["attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"]),
    ("linear2", &["proj_out"]),
    ("norm.query_norm", &["attn.norm_q"]),
    ("norm.key_norm", &["attn.norm_k"]),
];

/// Outside of blocks.
const OUTSIDE: &Modules = &[
    ("img_in", &["x_embedder"]),
    ("txt_in", &["context_embedder"]),
    ("time_in.in_layer", &["time_text_embed.timestep_embedder.linear_1"]),
    ("time_in.out_layer", &["time_text_embed.timestep_embedder.linear_2"]),
    ("vector_in.in_layer", &["time_text_embed.text_embedder.linear_1"]),
    ("vector_in.out_layer", &["time_text_embed.text_embedder.linear_2"]),
    ("guidance_in.in_layer", &["time_text_embed.guidance_embedder.linear_1"]),
    ("guidance_in.out_layer", &["time_text_embed.guidance_embedder.linear_2"]),
    ("final_layer.linear", &["proj_out"]),
    (TURNED, &["norm_out.linear"]),
];

/// The module that has shift and scale where diffusers has scale and shift.
const TURNED: &str = "final_layer.adaLN_modulation.1";

/// What the modules of some files are called inside of a whole model.
const WRAPPER: &str = "model.diffusion_model.";

/// A module of diffusers as rows of an original one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Share {
    /// Its name, with dots.
    pub(crate) module: String,
    /// First part of the rows.
    from: usize,
    /// The part behind the last one.
    until: usize,
    /// Equal parts of all rows.
    of: usize,
    /// Whether the halves of the rows are the other way round.
    is_turned: bool,
}

impl Share {
    /// The rows of so many, as ranges one behind the other.
    pub(crate) fn rows(&self, count: usize) -> Vec<std::ops::Range<usize>> {
        let (from, until) = (count * self.from / self.of, count * self.until / self.of);
        let half = from.midpoint(until);
        if self.is_turned { vec![half..until, from..half] } else { std::iter::once(from..until).collect() }
    }
}

/// What an original module, with dots or underlines in its name, is in diffusers; nothing for a name that is none.
pub(crate) fn from_original(name: &str) -> Option<Vec<Share>> {
    let plain = name.replace('.', "_");
    let inside = |prefix: &str| plain.strip_prefix(prefix)?.split_once('_').filter(|(at, _)| at.parse::<u16>().is_ok());
    let (table, block, rest) = if let Some((at, rest)) = inside("double_blocks_") {
        (DOUBLE, format!("transformer_blocks.{at}."), rest)
    } else if let Some((at, rest)) = inside("single_blocks_") {
        (SINGLE, format!("single_transformer_blocks.{at}."), rest)
    } else {
        (OUTSIDE, String::new(), plain.as_str())
    };
    let (original, modules) = table.iter().find(|(original, _)| original.replace('.', "_") == rest)?;
    let heights: Vec<usize> = (0..modules.len()).map(|at| if at < 3 { 1 } else { IN_ONE }).collect();
    let share = |(at, module): (usize, &&str)| {
        let from = heights[..at].iter().sum();
        let (until, of) = (from + heights[at], heights.iter().sum());
        Share { module: format!("{block}{module}"), from, until, of, is_turned: *original == TURNED }
    };
    Some(modules.iter().enumerate().map(share).collect())
}

/// The weights of a transformer under the names of diffusers, whatever its file calls them: as Black Forest Labs do, in safetensors or GGUF,
/// or as `SVDQuant`'s releases of four bits do, in two files or one, whose layers stay packed.
#[must_use]
pub fn named(weights: &Weights) -> Weights {
    let names = weights.names();
    let has = |part: &str| names.iter().any(|name| name.contains(part));
    if has("double_blocks.0.img_") {
        return weights.viewed(original);
    }
    if has(".qkv_proj.qweight") { packed(weights) } else { weights.clone() }
}

fn original(name: &str, shape: &[usize]) -> Option<Vec<View>> {
    let (module, part) = name.strip_prefix(WRAPPER).unwrap_or(name).rsplit_once('.')?;
    let part = if part == "scale" { "weight" } else { part };
    let view = |share: Share| {
        let rows = share.rows(shape.first().copied().unwrap_or(1)).into_iter();
        let cut = rows.map(|rows| View::rows(format!("{}.{part}", share.module), shape, rows));
        cut.reduce(View::before)
    };
    Some(from_original(module)?.into_iter().filter_map(view).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_one_piece_is_cut() {
        let shares = from_original("single_blocks.7.linear1").unwrap();
        let found: Vec<_> = shares.iter().map(|share| (share.module.as_str(), share.rows(70).remove(0))).collect();
        assert_eq!(found[0], ("single_transformer_blocks.7.attn.to_q", 0..10));
        assert_eq!(found[2], ("single_transformer_blocks.7.attn.to_v", 20..30));
        assert_eq!(found[3], ("single_transformer_blocks.7.proj_mlp", 30..70));
    }

    #[test]
    fn shift_and_scale_change_places() {
        let shares = from_original("final_layer.adaLN_modulation.1").unwrap();
        assert_eq!((shares[0].module.as_str(), shares[0].rows(8)), ("norm_out.linear", vec![4..8, 0..4]));
    }

    #[test]
    fn underlines_are_as_good_as_dots() {
        for name in ["double_blocks.12.img_attn.qkv", "double_blocks_12_img_attn_qkv"] {
            assert_eq!(from_original(name).unwrap()[1].module, "transformer_blocks.12.attn.to_k", "{name}");
        }
        assert_eq!(from_original("txt_in").unwrap()[0].module, "context_embedder");
        for name in ["double_blocks_x_img_attn_qkv", "double_blocks.1", "transformer_blocks.1.attn.to_q", "x_embedder"]
        {
            assert_eq!(from_original(name), None, "{name}");
        }
    }
}

//! Names of Black Forest Labs' own files and of `SVDQuant`'s for those of diffusers. What they have in one piece is cut.

use std::sync::Arc;

use linocut_nn::svdq::{Beside, Svdq, SvdqModulation};
use linocut_nn::weights::{View, Weights};

/// Modules of the original code and those of diffusers that each is made of, one below the other.
type Modules = [(&'static str, &'static [&'static str])];

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

/// In blocks of two streams of `SVDQuant`'s files; what is not here has the names of diffusers.
const PACKED_DOUBLE: &Modules = &[
    ("qkv_proj", &["attn.to_q", "attn.to_k", "attn.to_v"]),
    ("qkv_proj_context", &["attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"]),
    ("out_proj", &["attn.to_out.0"]),
    ("out_proj_context", &["attn.to_add_out"]),
    ("mlp_fc1", &["ff.net.0.proj"]),
    ("mlp_fc2", &["ff.net.2"]),
    ("mlp_context_fc1", &["ff_context.net.0.proj"]),
    ("mlp_context_fc2", &["ff_context.net.2"]),
    ("norm_q", &["attn.norm_q"]),
    ("norm_k", &["attn.norm_k"]),
    ("norm_added_q", &["attn.norm_added_q"]),
    ("norm_added_k", &["attn.norm_added_k"]),
];

/// In blocks of one stream. The layer behind both attention and MLP is in two pieces.
const PACKED_SINGLE: &Modules = &[
    ("qkv_proj", &["attn.to_q", "attn.to_k", "attn.to_v"]),
    ("out_proj", &["proj_out.0"]),
    ("mlp_fc1", &["proj_mlp"]),
    ("mlp_fc2", &["proj_out.1"]),
    ("norm_q", &["attn.norm_q"]),
    ("norm_k", &["attn.norm_k"]),
];

/// Layers behind a gelu, in the names of diffusers.
const BEHIND_GELU: &[&str] = &[".ff.net.2", ".ff_context.net.2", ".proj_out.1"];

/// The weights of a transformer under the names of diffusers, whatever its file calls them: as Black Forest Labs do, in safetensors or GGUF,
/// or as `SVDQuant`'s releases of four bits do, in two files or one, whose layers stay packed.
#[must_use]
pub fn named(weights: &Weights) -> Weights {
    let names = weights.names();
    let has = |part: &str| names.iter().any(|name| name.contains(part));
    if has("double_blocks.0.img_") {
        return weights.viewed(original);
    }
    if has(".qkv_proj.qweight") {
        let svdq = Arc::new(Svdq { behind_gelu: BEHIND_GELU });
        return weights
            .viewed(packed)
            .with_format(svdq)
            .with_format(Arc::new(SvdqModulation))
            .with_format(Arc::new(Beside));
    }
    weights.clone()
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

/// Tiles of rows follow each other, so that a share of the rows is a piece of every tensor that has a number for a row.
fn packed(name: &str, shape: &[usize]) -> Option<Vec<View>> {
    let (module, part) = name.rsplit_once('.')?;
    if part == "smooth_orig" {
        return Some(Vec::new());
    }
    let (block, rest) = module.split_once("transformer_blocks.")?.1.split_once('.')?;
    let (table, blocks) = match module.starts_with("single_") {
        true => (PACKED_SINGLE, "single_transformer_blocks"),
        false => (PACKED_DOUBLE, "transformer_blocks"),
    };
    let (_, modules) = table.iter().find(|(packed, _)| *packed == rest)?;
    let count: usize = shape.iter().product();
    let view = |(at, module): (usize, &&str)| {
        let name = format!("{blocks}.{block}.{module}.{part}");
        let (from, until) = (count * at / modules.len(), count * (at + 1) / modules.len());
        let mut view = View::whole(name, shape).of_elements(from..until);
        let by_row = match part {
            "smooth" | "lora_down" => return View::whole(view.name, shape),
            "wscales" => view.shape.last_mut(),
            _ => view.shape.first_mut(),
        };
        if let Some(rows) = by_row {
            *rows /= modules.len();
        }
        view
    };
    Some(modules.iter().enumerate().map(view).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_one_piece_is_cut() {
        let shares = from_original("single_blocks.7.linear1").unwrap();
        let found: Vec<_> = shares.iter().map(|share| (share.module.as_str(), share.rows(70))).collect();
        assert_eq!(found[0], ("single_transformer_blocks.7.attn.to_q", vec![0..10]));
        assert_eq!(found[2], ("single_transformer_blocks.7.attn.to_v", vec![20..30]));
        assert_eq!(found[3], ("single_transformer_blocks.7.proj_mlp", vec![30..70]));
    }

    #[test]
    fn shift_and_scale_change_places() {
        let shares = from_original("final_layer.adaLN_modulation.1").unwrap();
        assert_eq!((shares[0].module.as_str(), shares[0].rows(8)), ("norm_out.linear", vec![4..8, 0..4]));
    }

    #[test]
    fn packed_rows_are_cut_in_every_tensor_that_has_them() {
        let of = |part: &str, shape: &[usize]| {
            let views = packed(&format!("single_transformer_blocks.3.qkv_proj.{part}"), shape).unwrap();
            let view = views[1].clone();
            (view.name, view.shape, view.elements)
        };
        let name = |part: &str| format!("single_transformer_blocks.3.attn.to_k.{part}");
        assert_eq!(of("qweight", &[384, 64]), (name("qweight"), vec![128, 64], vec![8192..16384]));
        assert_eq!(of("wscales", &[2, 384]), (name("wscales"), vec![2, 128], vec![256..512]));
        assert_eq!(of("bias", &[384]), (name("bias"), vec![128], vec![128..256]));
        assert_eq!(of("lora_down", &[128, 32]), (name("lora_down"), vec![128, 32], vec![0..4096]));
        assert_eq!(packed("transformer_blocks.0.out_proj.smooth_orig", &[128]), Some(Vec::new()));
        assert_eq!(packed("transformer_blocks.0.norm1.linear.qweight", &[192, 64]), None);
        assert_eq!(packed("x_embedder.weight", &[128, 16]), None);
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

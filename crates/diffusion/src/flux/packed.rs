//! A transformer in the four bits of `SVDQuant`: its names for those of diffusers, and the formats of its layers.

use std::sync::Arc;

use linocut_nn::svdq::{Beside, Svdq, SvdqModulation};
use linocut_nn::weights::{View, Weights};

use super::names::Modules;

/// In blocks of two streams; what is not here has the names of diffusers.
const DOUBLE: &Modules = &[
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
const SINGLE: &Modules = &[
    ("qkv_proj", &["attn.to_q", "attn.to_k", "attn.to_v"]),
    ("out_proj", &["proj_out.0"]),
    ("mlp_fc1", &["proj_mlp"]),
    ("mlp_fc2", &["proj_out.1"]),
    ("norm_q", &["attn.norm_q"]),
    ("norm_k", &["attn.norm_k"]),
];

/// Layers behind a gelu, in the names of diffusers.
const BEHIND_GELU: &[&str] = &[".ff.net.2", ".ff_context.net.2", ".proj_out.1"];

/// The weights under the names of diffusers, their layers packed.
pub(super) fn packed(weights: &Weights) -> Weights {
    let svdq = Arc::new(Svdq { behind_gelu: BEHIND_GELU });
    let viewed = weights.viewed(views).with_format(svdq);
    viewed.with_format(Arc::new(SvdqModulation)).with_format(Arc::new(Beside))
}

/// Tiles of rows follow each other, so that a share of the rows is a piece of every tensor that has a number for a row.
fn views(name: &str, shape: &[usize]) -> Option<Vec<View>> {
    let (module, part) = name.rsplit_once('.')?;
    if part == "smooth_orig" {
        return Some(Vec::new());
    }
    let (block, rest) = module.split_once("transformer_blocks.")?.1.split_once('.')?;
    let (table, blocks) = match module.starts_with("single_") {
        true => (SINGLE, "single_transformer_blocks"),
        false => (DOUBLE, "transformer_blocks"),
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
    fn packed_rows_are_cut_in_every_tensor_that_has_them() {
        let of = |part: &str, shape: &[usize]| {
            let views = views(&format!("single_transformer_blocks.3.qkv_proj.{part}"), shape).unwrap();
            let view = views[1].clone();
            (view.name, view.shape, view.elements[0].clone())
        };
        let name = |part: &str| format!("single_transformer_blocks.3.attn.to_k.{part}");
        assert_eq!(of("qweight", &[384, 64]), (name("qweight"), vec![128, 64], 8192..16384));
        assert_eq!(of("wscales", &[2, 384]), (name("wscales"), vec![2, 128], 256..512));
        assert_eq!(of("bias", &[384]), (name("bias"), vec![128], 128..256));
        assert_eq!(of("lora_down", &[128, 32]), (name("lora_down"), vec![128, 32], 0..4096));
        assert_eq!(views("transformer_blocks.0.out_proj.smooth_orig", &[128]), Some(Vec::new()));
        assert_eq!(views("transformer_blocks.0.norm1.linear.qweight", &[192, 64]), None);
        assert_eq!(views("x_embedder.weight", &[128, 16]), None);
    }
}

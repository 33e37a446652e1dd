//! Files of a transformer: in the names of diffusers or others, in float types, blocks of ggml or the four bits of `SVDQuant`.

use std::sync::Arc;

use linocut_nn::svdq::{Beside, Svdq, SvdqModulation};
use linocut_nn::weights::{Cut, View, Weights, WeightsError};

use crate::names::{DOTS, FLUX, SVDQ};

/// What stands before the names of some files.
const WRAPPER: &str = "model.diffusion_model.";

/// Layers behind a gelu, in the names of diffusers.
const BEHIND_GELU: &[&str] = &[".ff.net.2", ".ff_context.net.2", ".proj_out.1"];

/// The weights of a transformer under the names of diffusers, whatever its file calls them: as Black Forest Labs do, in safetensors or GGUF,
/// or as `SVDQuant`'s releases of four bits do, in two files or one, whose layers stay packed.
///
/// # Errors
///
/// [`WeightsError::Cut`] if a tensor cannot be cut into the layers that it should be made of.
pub fn named(weights: &Weights) -> Result<Weights, WeightsError> {
    let names = weights.names();
    let has = |part: &str| names.iter().any(|name| name.contains(part));
    if has("double_blocks.0.img_") {
        let plain: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.starts_with(WRAPPER)).collect();
        let wrapped: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix(WRAPPER)).collect();
        return weights.pieces(FLUX.views("", &plain).into_iter().chain(FLUX.views(WRAPPER, &wrapped)));
    }
    Ok(if has(".qkv_proj.qweight") { packed(weights) } else { weights.clone() })
}

/// Layers stay packed.
fn packed(weights: &Weights) -> Weights {
    let svdq = Arc::new(Svdq { behind_gelu: BEHIND_GELU });
    let viewed = weights.viewed(views).with_format(svdq);
    viewed.with_format(Arc::new(SvdqModulation)).with_format(Arc::new(Beside))
}

/// Tiles of rows follow each other, so that a share of the rows is a piece of every tensor that has a number for a row.
fn views(name: &str, shape: &[usize]) -> Option<Vec<View>> {
    let (_, part) = name.rsplit_once('.')?;
    if part == "smooth_orig" {
        return Some(Vec::new());
    }
    let count: usize = shape.iter().product();
    let view = |(name, cut): (String, Cut)| {
        let whole = View::whole(name, shape);
        let Cut::Parts { from, until, of } = cut else { return whole };
        if matches!(part, "smooth" | "lora_down") {
            return whole;
        }
        let mut view = whole.of_elements(count * from / of..count * until / of);
        let by_row = if part == "wscales" { view.shape.last_mut() } else { view.shape.first_mut() };
        if let Some(rows) = by_row {
            *rows /= of;
        }
        view
    };
    Some(SVDQ.found(name, 0, DOTS)?.into_iter().map(view).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_rows_are_cut_in_every_tensor_that_has_them() {
        let of = |part: &str, shape: &[usize]| {
            let views = views(&format!("single_transformer_blocks.3.qkv_proj.{part}"), shape).unwrap();
            let view = views[1].clone();
            (view.name, view.shape, view.elements.len(), view.elements[0].clone())
        };
        let name = |part: &str| format!("single_transformer_blocks.3.attn.to_k.{part}");
        assert_eq!(of("qweight", &[384, 64]), (name("qweight"), vec![128, 64], 1, 8192..16384));
        assert_eq!(of("wscales", &[2, 384]), (name("wscales"), vec![2, 128], 1, 256..512));
        assert_eq!(of("bias", &[384]), (name("bias"), vec![128], 1, 128..256));
        assert_eq!(of("lora_down", &[128, 32]), (name("lora_down"), vec![128, 32], 1, 0..4096));
        assert_eq!(views("transformer_blocks.0.out_proj.smooth_orig", &[128]), Some(Vec::new()));
        assert_eq!(views("transformer_blocks.0.norm1.linear.qweight", &[192, 64]), None);
        assert_eq!(views("x_embedder.weight", &[128, 16]), None);
    }
}

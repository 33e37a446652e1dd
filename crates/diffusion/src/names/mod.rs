//! Names of the original code for those of diffusers.

mod flux;
mod rule;
mod text;
mod transformer;
mod unet;
mod vae;

use std::collections::BTreeMap;

use linocut_nn::weights::{Cut, Piece};

pub(crate) use flux::{FLUX, SVDQ};
pub(crate) use rule::{DOTS, LINES, Rules};
pub(crate) use text::{CLIP, OPEN_CLIP, OPEN_CLIP_PENULTIMATE, T5};
pub(crate) use transformer::TRANSFORMER;
pub(crate) use unet::{BLOCKS, Style};
pub(crate) use vae::VAE;

/// How the tensors of a network are called.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Names {
    /// By rules.
    Rules(Rules),
    /// As in the UNet, whose blocks are counted anew.
    Unet,
}

impl Names {
    /// Views under the names of diffusers of the tensors of a network, whose names begin with `prefix` in the file. A name that is not
    /// known stays as it is, without `prefix`.
    pub(crate) fn views(self, prefix: &str, names: &[&str]) -> BTreeMap<String, Piece> {
        if let Self::Rules(rules) = self {
            return rules.views(prefix, names);
        }
        let style = Style { dot: '.', blocks: blocks(names) };
        let view = |name: &&str| {
            let found = style.to_diffusers(name).unwrap_or_else(|| (*name).to_owned());
            (found, Piece { of: format!("{prefix}{name}"), cut: Cut::Whole })
        };
        names.iter().map(view).collect()
    }
}

/// Blocks of a stage of the UNet: the first change of size ends it.
fn blocks(names: &[&str]) -> usize {
    let resize = |name: &&str| name.strip_prefix("input_blocks.")?.split_once(".0.op.")?.0.parse().ok();
    names.iter().filter_map(resize).min().unwrap_or(BLOCKS).max(1)
}

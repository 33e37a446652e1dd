//! A landscape in the making.

use linocut_svg::Color;

use crate::dice::Dice;
use crate::paint::air::Air;
use crate::paint::sketch::Layer;
use crate::read::reading::{Look, Phrase};

/// What painters of settings share: the light, the chance and the layers so far.
#[derive(Debug)]
pub(crate) struct Scape {
    pub(crate) air: Air,
    pub(crate) dice: Dice,
    /// Height of the horizon in units from the top.
    pub(crate) horizon: f64,
    pub(crate) layers: Vec<Layer>,
}

/// What is asked of one setting.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) look: Look,
    pub(crate) words: Vec<usize>,
    /// Whether its leaves have turned.
    pub(crate) autumnal: bool,
}

impl Wish {
    /// The wish behind a phrase.
    pub(crate) fn of(phrase: &Phrase) -> Self {
        Self { look: phrase.look.clone(), words: phrase.words.clone(), autumnal: false }
    }

    /// A layer for this wish.
    pub(crate) fn layer(&self) -> Layer {
        Layer::new(&self.words)
    }

    /// The colour wished for, else this one.
    pub(crate) fn color(&self, usual: u32) -> Color {
        self.look.color_or(Color::from_hex(usual))
    }
}

impl Scape {
    /// A colour in the light of the picture; distance 0 is near, 1 is the horizon.
    pub(crate) fn seen(&self, color: Color, distance: f32) -> Color {
        self.air.seen(color, distance)
    }
}

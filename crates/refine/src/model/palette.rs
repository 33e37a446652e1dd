//! Which colour values belong to which solid colour or gradient of a drawing.

use std::collections::BTreeMap;

use linocut_svg::{Color, Gradient};

/// Which colours belong to which paint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Palette {
    pub(super) solid: BTreeMap<Color, usize>,
    /// Gradients with the index of their first stop's colour.
    pub(super) gradients: Vec<(Gradient, usize)>,
}

impl Palette {
    pub(crate) fn solid(&self, color: Color) -> Option<usize> {
        self.solid.get(&color).copied()
    }

    pub(crate) fn gradient(&self, gradient: &Gradient) -> Option<usize> {
        self.gradients.iter().find(|(known, _)| known == gradient).map(|(_, first)| *first)
    }
}

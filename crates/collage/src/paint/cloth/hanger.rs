//! Where on the picture a garment hangs.

use crate::place::spot::Spot;

/// Where on the picture a garment hangs: a form of 200 units becomes `size` units high.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hanger {
    pub(crate) center: Spot,
    pub(crate) size: f64,
    /// Whether left and right change places.
    pub(crate) flipped: bool,
}

impl Hanger {
    pub(crate) fn new(center: Spot, size: f64) -> Self {
        Self { center, size, flipped: false }
    }

    /// Hangers for both of a pair.
    pub(crate) fn pair(&self) -> [Self; 2] {
        let size = self.size * 0.76;
        let at = |side: f64| (self.center.0 + side * 0.27 * self.size, self.center.1);
        [Self { center: at(-1.0), size, ..*self }, Self { center: at(1.0), size, flipped: !self.flipped }]
    }

    pub(crate) fn at(&self, (x, y): Spot) -> Spot {
        let scale = self.size / 200.0;
        let x = if self.flipped { -x } else { x };
        (self.center.0 + x * scale, self.center.1 + (y - 100.0) * scale)
    }

    pub(crate) fn all(&self, spots: &[Spot]) -> Vec<Spot> {
        spots.iter().map(|&spot| self.at(spot)).collect()
    }

    pub(crate) fn length(&self, units: f64) -> f64 {
        units * self.size / 200.0
    }
}

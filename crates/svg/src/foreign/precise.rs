//! Gradients of other programs on an integer grid.

use kurbo::Affine;

use crate::color::Color;
use crate::geometry::Point;
use crate::gradient::{Gradient, GradientGeometry, GradientStop, Matrix, Spread};
use crate::shape::{Opacity, Paint};

/// A gradient's own space, enlarged so that its integer coordinates lose nothing that shows.
pub(super) struct Precise {
    enlarge: f64,
    map: Affine,
}

impl Precise {
    /// Chooses the factor so that the gradient's units are about the drawing's.
    pub(super) fn new(map: Affine) -> Self {
        let area = map.determinant().abs().sqrt();
        let enlarge = if area.is_finite() && area > 0.0 { area } else { 1.0 };
        Self { enlarge, map: map * Affine::scale(1.0 / enlarge) }
    }

    pub(super) fn point(&self, x: f32, y: f32) -> Point {
        Point::new(self.length(x), self.length(y))
    }

    pub(super) fn length(&self, value: f32) -> i32 {
        (f64::from(value) * self.enlarge).round() as i32
    }

    pub(super) fn gradient(&self, geometry: GradientGeometry, base: &usvg::BaseGradient) -> Paint {
        let stop = |stop: &usvg::Stop| GradientStop {
            offset: (stop.offset().get() * 1000.0).round() as u16,
            color: Color::new(stop.color().red, stop.color().green, stop.color().blue),
            opacity: Opacity::from_share(stop.opacity().get()),
        };
        let spread = match base.spread_method() {
            usvg::SpreadMethod::Pad => Spread::Pad,
            usvg::SpreadMethod::Reflect => Spread::Reflect,
            usvg::SpreadMethod::Repeat => Spread::Repeat,
        };
        let stops = base.stops().iter().map(stop).collect();
        Paint::Gradient(Box::new(Gradient { geometry, transform: Matrix::from_affine(self.map), spread, stops }))
    }
}

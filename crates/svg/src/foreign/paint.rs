//! usvg's paints as a drawing's: gradients move to an integer grid.

use kurbo::Affine;

use super::lost::Lost;
use super::outline::affine;
use super::reader::Reader;
use crate::color::Color;
use crate::gradient::{Gradient, GradientGeometry, GradientStop, Matrix, Spread};
use crate::opacity::Opacity;
use crate::point::Point;
use crate::shape::Paint;

impl Reader {
    pub(super) fn paint(&mut self, paint: &usvg::Paint, map: Affine) -> Paint {
        match paint {
            usvg::Paint::Color(color) => Paint::Solid(Color::new(color.red, color.green, color.blue)),
            usvg::Paint::LinearGradient(gradient) => {
                let precise = Precise::new(map * affine(gradient.transform()));
                let from = precise.point(gradient.x1(), gradient.y1());
                let to = precise.point(gradient.x2(), gradient.y2());
                precise.gradient(GradientGeometry::Linear { from, to }, gradient, 0.0)
            }
            usvg::Paint::RadialGradient(gradient) => {
                let precise = Precise::new(map * affine(gradient.transform()));
                let center = precise.point(gradient.cx(), gradient.cy());
                let focus = precise.point(gradient.fx(), gradient.fy());
                let radius = precise.length(gradient.r().get());
                let inner = gradient.fr().get() / gradient.r().get().max(f32::MIN_POSITIVE);
                if inner > 0.0 && (focus != center || gradient.spread_method() != usvg::SpreadMethod::Pad) {
                    self.lost.insert(Lost::FocalRadius);
                }
                precise.gradient(GradientGeometry::Radial { center, radius, focus }, gradient, inner.clamp(0.0, 1.0))
            }
            usvg::Paint::Pattern(_) => {
                self.lost.insert(Lost::Pattern);
                Paint::Solid(Color::new(128, 128, 128))
            }
        }
    }
}

/// A gradient's own space, enlarged so that rounding its coordinates to integers does not show.
struct Precise {
    enlarge: f64,
    map: Affine,
}

impl Precise {
    /// Chooses the factor so that the gradient's units are about the drawing's.
    fn new(map: Affine) -> Self {
        let area = map.determinant().abs().sqrt();
        let enlarge = if area.is_finite() && area > 0.0 { area } else { 1.0 };
        Self { enlarge, map: map * Affine::scale(1.0 / enlarge) }
    }

    fn point(&self, x: f32, y: f32) -> Point {
        Point::new(self.length(x), self.length(y))
    }

    fn length(&self, value: f32) -> i32 {
        (f64::from(value) * self.enlarge).round() as i32
    }

    /// A gradient whose stops begin at the share `inner` of its length.
    fn gradient(&self, geometry: GradientGeometry, base: &usvg::BaseGradient, inner: f32) -> Paint {
        let stop = |stop: &usvg::Stop| GradientStop {
            offset: ((inner + (1.0 - inner) * stop.offset().get()) * 1000.0).round() as u16,
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

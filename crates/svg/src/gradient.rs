//! Linear and radial gradients, in the drawing's own units.

use crate::color::Color;
use crate::opacity::Opacity;
use crate::point::Point;

/// A colour at a place along a gradient.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GradientStop {
    /// Offset along the gradient in thousandths, 0 to 1000.
    pub offset: u16,
    /// Colour there.
    pub color: Color,
    /// Opacity there.
    pub opacity: Opacity,
}

/// How a gradient continues beyond its ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Spread {
    /// The end colours continue.
    #[default]
    Pad,
    /// The gradient runs back and forth.
    Reflect,
    /// The gradient starts again.
    Repeat,
}

/// The line or circle that a gradient's stops lie along, in grid units.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum GradientGeometry {
    /// From one point to another.
    Linear {
        /// Where offset 0 lies.
        from: Point,
        /// Where offset 1000 lies.
        to: Point,
    },
    /// From a focus to a circle.
    Radial {
        /// Centre of the circle of offset 1000.
        center: Point,
        /// Radius of that circle.
        radius: i32,
        /// Where offset 0 lies.
        focus: Point,
    },
}

/// An affine map in fixed point: `x' = (a x + c y) / 1000 + e`, `y' = (b x + d y) / 1000 + f`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Matrix {
    /// The linear part a, b, c, d in thousandths.
    pub linear: [i32; 4],
    /// The translation e, f in grid units.
    pub translation: [i32; 2],
}

impl Matrix {
    /// The map that changes nothing.
    pub const IDENTITY: Self = Self { linear: [1000, 0, 0, 1000], translation: [0, 0] };

    /// The nearest fixed-point map; values beyond the range of `i32` are clamped.
    #[must_use]
    pub fn from_affine(affine: kurbo::Affine) -> Self {
        let [a, b, c, d, e, f] = affine.as_coeffs();
        Self {
            linear: [a, b, c, d].map(|v| (v * 1000.0).round() as i32),
            translation: [e, f].map(|v| v.round() as i32),
        }
    }

    /// The same map in floating point.
    #[must_use]
    pub fn to_affine(self) -> kurbo::Affine {
        let [a, b, c, d] = self.linear.map(|v| f64::from(v) / 1000.0);
        let [e, f] = self.translation.map(f64::from);
        kurbo::Affine::new([a, b, c, d, e, f])
    }
}

/// A gradient in user space.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Gradient {
    /// Line or circle.
    pub geometry: GradientGeometry,
    /// Map from the gradient's space to the drawing's.
    pub transform: Matrix,
    /// How it continues beyond its ends.
    pub spread: Spread,
    /// Stops by rising offset.
    pub stops: Vec<GradientStop>,
}

impl Gradient {
    /// The mean of the colours over the offsets 0 to 1000, each weighted by its opacity; black without stops.
    #[must_use]
    pub fn mean_color(&self) -> Color {
        let mut sum = [0.0_f64; 4];
        for (weight, stop) in self.weighted_stops() {
            let weight = weight * f64::from(stop.opacity.thousandths()) + 1e-9;
            let channels = [stop.color.r, stop.color.g, stop.color.b].map(f64::from);
            sum.iter_mut().zip(channels.into_iter().chain([1.0])).for_each(|(s, v)| *s += weight * v);
        }
        let channel = |v: f64| if sum[3] > 0.0 { (v / sum[3]).round() as u8 } else { 0 };
        Color::new(channel(sum[0]), channel(sum[1]), channel(sum[2]))
    }

    /// The mean opacity over the offsets 0 to 1000.
    #[must_use]
    pub fn mean_opacity(&self) -> Opacity {
        let sum: f64 = self.weighted_stops().map(|(weight, stop)| weight * f64::from(stop.opacity.thousandths())).sum();
        Opacity::from_thousandths(sum.round() as u16)
    }

    /// Each stop with its share of the line, by the trapezoid rule; the shares sum to 1.
    fn weighted_stops(&self) -> impl Iterator<Item = (f64, &GradientStop)> {
        let offset = |i: usize| f64::from(self.stops[i].offset.min(1000)) / 1000.0;
        let last = self.stops.len().saturating_sub(1);
        self.stops.iter().enumerate().map(move |(i, stop)| {
            let left = if i == 0 { 2.0 * offset(i) } else { offset(i) - offset(i - 1) };
            let right = if i == last { 2.0 * (1.0 - offset(i)) } else { offset(i + 1) - offset(i) };
            ((left + right) / 2.0, stop)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Geometry;
    use crate::shape::{Paint, Shape};

    fn gradient(stops: &[(u16, u32, u16)]) -> Gradient {
        let stop = |&(offset, hex, opacity): &(u16, u32, u16)| GradientStop {
            offset,
            color: Color::from_hex(hex),
            opacity: Opacity::from_thousandths(opacity),
        };
        Gradient {
            geometry: GradientGeometry::Linear { from: Point::new(0, 0), to: Point::new(9, 0) },
            transform: Matrix::IDENTITY,
            spread: Spread::Pad,
            stops: stops.iter().map(stop).collect(),
        }
    }

    #[test]
    fn mean_of_two_ends_is_their_middle() {
        let mean = gradient(&[(0, 0x000000, 1000), (1000, 0xc86432, 1000)]).mean_color();
        assert_eq!(mean, Color::new(100, 50, 25));
    }

    #[test]
    fn padding_counts_for_the_outer_stops() {
        let mean = gradient(&[(500, 0x000000, 1000), (1000, 0xff00ff, 1000)]).mean_color();
        assert_eq!(mean, Color::new(64, 0, 64));
    }

    #[test]
    fn invisible_stops_do_not_tint() {
        let fading = gradient(&[(0, 0xff0000, 1000), (1000, 0x0000ff, 0)]);
        assert_eq!(
            (fading.mean_color(), fading.mean_opacity()),
            (Color::new(255, 0, 0), Opacity::from_thousandths(500))
        );
    }

    #[test]
    fn a_matrix_survives_floating_point() {
        let matrix = Matrix { linear: [500, -250, 1000, 1], translation: [-7, 12] };
        assert_eq!(Matrix::from_affine(matrix.to_affine()), matrix);
    }

    #[test]
    fn a_flattened_shape_has_the_mean_of_its_gradient() {
        let paint = Paint::Gradient(Box::new(gradient(&[(0, 0x000000, 1000), (1000, 0xffffff, 0)])));
        let circle = Geometry::circle(Point::new(5, 5), 4);
        let flat = Shape::filled(circle, paint.clone()).with_opacity(Opacity::from_share(0.5)).flattened();
        assert_eq!((flat.fill, flat.opacity), (Some(paint.mean_color().into()), Opacity::from_share(0.25)));
    }
}

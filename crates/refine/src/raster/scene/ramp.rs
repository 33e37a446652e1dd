//! Linear and radial gradients as paints: colours along a line or around a centre.

use linocut_svg::{Affine, Gradient, GradientGeometry, Spread};

use crate::raster::scalar::Scalar;

/// How near to the circle a focus may lie, as a share of the radius.
const FOCUS_LIMIT: f64 = 0.999;

/// A colour at an offset along a ramp.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RampStop {
    /// Offset, 0 to 1.
    pub offset: f64,
    /// Index of the colour.
    pub color: usize,
    /// Opacity there, 0 to 1; it has no gradient.
    pub opacity: f64,
}

/// A linear or radial gradient. Its colours are values that have a gradient; its position is fixed.
///
/// It is sampled at the middle of each pixel.
#[derive(Clone, PartialEq, Debug)]
pub struct Ramp {
    geometry: GradientGeometry,
    /// From units of the scene to the ramp's own space.
    inverse: Affine,
    spread: Spread,
    stops: Vec<RampStop>,
}

/// Where a point lies between two stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place<T> {
    /// Indices of the colours before and after it.
    pub(crate) colors: [usize; 2],
    /// Share of each.
    pub(crate) shares: [T; 2],
    pub(crate) opacity: T,
}

impl Ramp {
    /// The ramp of an SVG gradient; `color` gives each stop the index of its colour.
    ///
    /// `None` for a gradient without stops or with a transform that cannot be inverted: those paint nothing.
    #[must_use]
    pub fn new(gradient: &Gradient, mut color: impl FnMut(usize) -> usize) -> Option<Self> {
        let affine = gradient.transform.to_affine();
        if gradient.stops.is_empty() || affine.determinant() == 0.0 {
            return None;
        }
        let stop = |(index, stop): (usize, &linocut_svg::GradientStop)| RampStop {
            offset: f64::from(stop.offset.min(1000)) / 1000.0,
            color: color(index),
            opacity: f64::from(stop.opacity.thousandths()) / 1000.0,
        };
        let stops = gradient.stops.iter().enumerate().map(stop).collect();
        Some(Self { geometry: gradient.geometry, inverse: affine.inverse(), spread: gradient.spread, stops })
    }

    /// The stops by rising offset.
    #[must_use]
    pub fn stops(&self) -> &[RampStop] {
        &self.stops
    }

    /// Indices of all colours.
    pub(crate) fn colors(&self) -> impl Iterator<Item = usize> + '_ {
        self.stops.iter().map(|stop| stop.color)
    }

    /// Where a point in units of the scene lies.
    pub(crate) fn place<T: Scalar>(&self, x: f64, y: f64) -> Place<T> {
        let t = self.share(x, y);
        let after = self.stops.iter().position(|stop| stop.offset > t).unwrap_or(self.stops.len());
        let last = self.stops.len() - 1;
        let (low, high) = (self.stops[after.saturating_sub(1)], self.stops[after.min(last)]);
        let gap = high.offset - low.offset;
        let share = if gap > 0.0 { ((t - low.offset) / gap).clamp(0.0, 1.0) } else { 0.0 };
        Place {
            colors: [low.color, high.color],
            shares: [1.0 - share, share].map(T::from_f64),
            opacity: T::from_f64(low.opacity + share * (high.opacity - low.opacity)),
        }
    }

    fn share(&self, x: f64, y: f64) -> f64 {
        let [a, b, c, d, e, f] = self.inverse.as_coeffs();
        let at = [a * x + c * y + e, b * x + d * y + f];
        let point = |p: linocut_svg::Point| [f64::from(p.x), f64::from(p.y)];
        let t = match self.geometry {
            GradientGeometry::Linear { from, to } => along(at, point(from), point(to)),
            GradientGeometry::Radial { center, radius, focus } => {
                around(at, point(center), f64::from(radius), point(focus))
            }
        };
        match self.spread {
            Spread::Pad => t.clamp(0.0, 1.0),
            Spread::Repeat => t.rem_euclid(1.0),
            Spread::Reflect => 1.0 - (t.rem_euclid(2.0) - 1.0).abs(),
        }
    }
}

fn along(at: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let way = [to[0] - from[0], to[1] - from[1]];
    let square = way[0] * way[0] + way[1] * way[1];
    // Without a way, all is painted as the last stop.
    if square == 0.0 { 1.0 } else { ((at[0] - from[0]) * way[0] + (at[1] - from[1]) * way[1]) / square }
}

/// The share of the circle around a place on the way from the focus that passes through the point.
fn around(at: [f64; 2], center: [f64; 2], radius: f64, focus: [f64; 2]) -> f64 {
    if radius <= 0.0 {
        return 1.0;
    }
    let away = [center[0] - focus[0], center[1] - focus[1]];
    let shrink = (FOCUS_LIMIT * radius / away[0].hypot(away[1])).min(1.0);
    let way = away.map(|v| v * shrink);
    let from = [at[0] - center[0] + way[0], at[1] - center[1] + way[1]];
    let dot = from[0] * way[0] + from[1] * way[1];
    let rest = radius * radius - way[0] * way[0] - way[1] * way[1];
    (dot + (dot * dot + rest * (from[0] * from[0] + from[1] * from[1])).sqrt()) / rest
}

#[cfg(test)]
mod tests {
    use linocut_svg::{Color, GradientStop, Matrix, Opacity, Point};

    use super::*;

    fn ramp(geometry: GradientGeometry, spread: Spread) -> Ramp {
        let stop = |offset, hex| GradientStop { offset, color: Color::from_hex(hex), opacity: Opacity::OPAQUE };
        let stops = vec![stop(0, 0xff0000), stop(500, 0x00ff00), stop(1000, 0x0000ff)];
        Ramp::new(&Gradient { geometry, transform: Matrix::IDENTITY, spread, stops }, |index| index + 4).unwrap()
    }

    #[test]
    fn a_place_lies_between_two_stops() {
        let line = GradientGeometry::Linear { from: Point::new(0, 0), to: Point::new(8, 0) };
        let place: Place<f64> = ramp(line, Spread::Pad).place(5.0, 3.0);
        assert_eq!(place, Place { colors: [5, 6], shares: [0.75, 0.25], opacity: 1.0 });
        let beyond: Place<f64> = ramp(line, Spread::Pad).place(99.0, 3.0);
        assert_eq!(beyond.colors, [6, 6]);
    }

    #[test]
    fn spreads_go_on_turn_back_or_start_again() {
        let line = GradientGeometry::Linear { from: Point::new(0, 0), to: Point::new(8, 0) };
        let share = |spread| ramp(line, spread).share(10.0, 0.0);
        assert_eq!([Spread::Pad, Spread::Reflect, Spread::Repeat].map(share), [1.0, 0.75, 0.25]);
    }

    #[test]
    fn circles_grow_from_the_focus() {
        let center = Point::new(0, 0);
        let (inner, outer) = (Point::new(3, 0), Point::new(50, 0));
        for focus in [center, inner, outer] {
            let circle = ramp(GradientGeometry::Radial { center, radius: 10, focus }, Spread::Pad);
            assert!((circle.share(0.0, 10.0) - 1.0).abs() < 1e-9, "{focus:?}");
        }
        let circle = ramp(GradientGeometry::Radial { center, radius: 10, focus: inner }, Spread::Pad);
        assert!(circle.share(3.0, 0.0) < 1e-9);
    }
}

//! Elliptical arcs: from end points and radii to centre and angles, with derivatives.

use std::f64::consts::TAU;

use crate::raster::polygon::dual::Dual;

/// Below this, the root that places the centre is taken as 0: its slope would have no bound.
const FLAT: f64 = 1e-9;

/// An arc by its centre. Derivatives are by from.x, from.y, to.x, to.y, rx and ry.
///
/// Source: SVG 1.1, appendix F.6.5 and F.6.6.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CenterArc {
    center: [Dual; 2],
    radii: [Dual; 2],
    rotation: (f64, f64),
    from: Dual,
    by: Dual,
}

impl CenterArc {
    /// `None` where the arc is a straight line: a radius is 0, or the ends are one point.
    pub(crate) fn new(
        from: [f64; 2],
        to: [f64; 2],
        radii: [f64; 2],
        degrees: i32,
        large: bool,
        sweep: bool,
    ) -> Option<Self> {
        if radii.contains(&0.0) || from == to {
            return None;
        }
        let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
        let input = |pair: [f64; 2], index| [Dual::input(pair[0], index), Dual::input(pair[1], index + 1)];
        let (from, to) = (input(from, 0), input(to, 2));
        let mut radii = input(radii, 4).map(Dual::abs);
        let half = [0, 1].map(|i| (from[i] - to[i]).scaled(0.5));
        let turned = [half[0].scaled(cos) + half[1].scaled(sin), half[1].scaled(cos) - half[0].scaled(sin)];
        let [u, v] = [turned[0] / radii[0], turned[1] / radii[1]];
        let reach = u * u + v * v;
        let rest = Dual::constant(1.0) / reach - Dual::constant(1.0);
        if reach.value > 1.0 {
            radii = radii.map(|r| r * reach.sqrt());
        }
        let root = if rest.value > FLAT { rest.sqrt() } else { Dual::constant(0.0) };
        let root = if large == sweep { -root } else { root };
        let offset = [root * radii[0] * turned[1] / radii[1], -(root * radii[1] * turned[0] / radii[0])];
        let middle = [0, 1].map(|i| (from[i] + to[i]).scaled(0.5));
        let center = [
            offset[0].scaled(cos) - offset[1].scaled(sin) + middle[0],
            offset[0].scaled(sin) + offset[1].scaled(cos) + middle[1],
        ];
        let angle = |sign: f64| {
            let end = |i: usize| (turned[i].scaled(sign) - offset[i]) / radii[i];
            Dual::atan2(end(1), end(0))
        };
        let (first, last) = (angle(1.0), angle(-1.0));
        let mut by = last - first;
        by.value = if sweep { by.value.rem_euclid(TAU) } else { -(-by.value).rem_euclid(TAU) };
        Some(Self { center, radii, rotation: (sin, cos), from: first, by })
    }

    /// The point a share `t` of the way.
    pub(crate) fn point(&self, t: f64) -> [Dual; 2] {
        let angle = self.from + self.by.scaled(t);
        let (x, y) = (self.radii[0] * angle.cos(), self.radii[1] * angle.sin());
        let (sin, cos) = self.rotation;
        [x.scaled(cos) - y.scaled(sin) + self.center[0], x.scaled(sin) + y.scaled(cos) + self.center[1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arc(p: [f64; 6]) -> CenterArc {
        CenterArc::new([p[0], p[1]], [p[2], p[3]], [p[4], p[5]], 30, true, false).unwrap()
    }

    #[test]
    fn arcs_end_where_they_should() {
        let arc = arc([1.0, 2.0, 9.0, 5.0, 7.0, 6.0]);
        for (t, expected) in [(0.0, [1.0, 2.0]), (1.0, [9.0, 5.0])] {
            let [x, y] = arc.point(t).map(|d| d.value);
            assert!((x - expected[0]).abs() < 1e-9 && (y - expected[1]).abs() < 1e-9, "{x} {y}");
        }
    }

    #[test]
    fn a_half_circle_passes_its_top() {
        let arc = CenterArc::new([-1.0, 0.0], [1.0, 0.0], [1.0, 1.0], 0, false, true).unwrap();
        let [x, y] = arc.point(0.5).map(|d| d.value);
        assert!(x.abs() < 1e-9 && (y + 1.0).abs() < 1e-9, "{x} {y}");
    }

    #[test]
    fn derivatives_match_differences() {
        for start in [[1.0, 2.0, 9.0, 5.0, 7.0, 6.0], [1.0, 2.0, 9.0, 5.0, 2.0, 3.0]] {
            let exact = arc(start).point(0.3);
            for input in 0..6 {
                let moved = |h: f64| {
                    let mut p = start;
                    p[input] += h;
                    arc(p).point(0.3).map(|d| d.value)
                };
                let (more, less) = (moved(1e-6), moved(-1e-6));
                for axis in 0..2 {
                    assert!(((more[axis] - less[axis]) / 2e-6 - exact[axis].by[input]).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn radii_of_zero_make_a_line() {
        assert!(CenterArc::new([0.0, 0.0], [1.0, 1.0], [0.0, 3.0], 0, false, false).is_none());
        assert!(CenterArc::new([1.0, 1.0], [1.0, 1.0], [2.0, 3.0], 0, false, false).is_none());
    }
}

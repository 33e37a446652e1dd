//! Circles and ellipses: outlines that are as good as round become so, at the end of a search of flat art.

use linocut_svg::{Arc, Geometry, Point, Segment, Subpath};

use super::band::Toggled;
use super::curve::{FINE, Knot, Unit};
use super::ring::{Change, MIN_VERTICES, Ring};
use super::shapes::ring_bytes;
use super::state::State;

/// An ellipse along the axes, in units of the grid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ellipse {
    pub(crate) center: Point,
    pub(crate) rx: i32,
    pub(crate) ry: i32,
}

/// Least radius, in pixels.
const LEAST: f64 = 1.5;
/// Mean distance that an outline may have from its ellipse, in pixels and as a share of the radius.
const OFF: (f64, f64) = (1.0, 0.1);
/// Share of the bytes of an outline that roundness is worth beside them: at four times the size an ellipse looks better than
/// any outline of the same error.
const WORTH: f64 = 0.5;
/// Straight parts of an ellipse, for each fine unit of its radius: a hundredth of a pixel is not seen.
const PARTS: f64 = 1.2;

impl Ellipse {
    /// The ellipse of the same area and the same moments as an outline in fine units, if the outline is near it.
    fn near(outline: &[Point], unit: Unit) -> Option<Self> {
        let [area, x, y, xx, yy, xy] = moments(outline);
        if area <= 0.0 {
            return None;
        }
        let (x, y) = (x / area, y / area);
        let (vx, vy, skew) = (xx / area - x * x, yy / area - y * y, xy / area - x * y);
        if vx <= 0.0 || vy <= 0.0 || skew.abs() > 0.02 * libm::sqrt(vx * vy) + 0.5 {
            return None;
        }
        let (rx, ry) = (2.0 * libm::sqrt(vx), 2.0 * libm::sqrt(vy));
        let fine = f64::from(FINE);
        if rx.min(ry) < LEAST * fine || area < 0.9 * std::f64::consts::PI * rx * ry {
            return None;
        }
        let off = |p: Point| {
            let (dx, dy) = ((f64::from(p.x) - x) / rx, (f64::from(p.y) - y) / ry);
            (libm::hypot(dx, dy) - 1.0).abs() * rx.min(ry)
        };
        let (mut length, mut sum) = (0.0, 0.0);
        for i in 0..outline.len() {
            let (a, b) = (outline[i], outline[(i + 1) % outline.len()]);
            let middle = Point::new((a.x + b.x) / 2, (a.y + b.y) / 2);
            let part = libm::hypot(f64::from(a.x - b.x), f64::from(a.y - b.y));
            length += part;
            // By Simpson's rule.
            sum += part * (off(a) + 4.0 * off(middle) + off(b)) / 6.0;
        }
        let is_near = sum < length * (OFF.0 * fine).min(OFF.1 * rx.min(ry)).max(0.3 * fine);
        let units = |v: f64| libm::round(v * f64::from(unit.per_pixel()) / fine) as i32;
        is_near.then(|| Self { center: Point::new(units(x), units(y)), rx: units(rx).max(1), ry: units(ry).max(1) })
    }

    /// The outline as straight parts in fine units, in the positive direction.
    pub(crate) fn outline(self, unit: Unit, out: &mut Vec<Point>) {
        let fine = f64::from(FINE / unit.per_pixel());
        let [x, y, rx, ry] = [self.center.x, self.center.y, self.rx, self.ry].map(|v| f64::from(v) * fine);
        let parts = ((8.0 * libm::sqrt(PARTS * rx.max(ry))) as i32).clamp(16, 512);
        out.extend((0..parts).map(|i| {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(parts);
            let at = |middle: f64, radius: f64, share: f64| libm::round(middle + radius * share) as i32;
            Point::new(at(x, rx, libm::cos(angle)), at(y, ry, libm::sin(angle)))
        }));
        out.dedup();
    }

    /// The outline as two arcs of a path.
    pub(crate) fn subpath(self) -> Subpath {
        let Self { center, rx, ry } = self;
        let at = |x: i32| Point::new(x, center.y);
        let arc = |to: Point| Segment::Arc(Arc { rx, ry, rotation: 0, large: false, sweep: true, to });
        Subpath {
            start: at(center.x - rx),
            segments: vec![arc(at(center.x + rx)), arc(at(center.x - rx))],
            closed: true,
        }
    }

    /// The ellipse of a subpath of two arcs; `None` for any other.
    pub(crate) fn of_subpath(subpath: &Subpath) -> Option<Self> {
        let (Segment::Arc(there), Segment::Arc(back)) = (subpath.segments.first()?, subpath.segments.get(1)?) else {
            return None;
        };
        let center = Point::new((subpath.start.x + there.to.x) / 2, subpath.start.y);
        let found = Self { center, rx: there.rx, ry: there.ry };
        let is_whole = there.rotation == 0 && there.sweep == back.sweep && back.to == subpath.start && found.rx > 0;
        let plain = |sweep| {
            Self::subpath(found)
                .segments
                .iter()
                .all(|segment| matches!(segment, Segment::Arc(arc) if arc.sweep == sweep))
        };
        (subpath.segments.len() == 2 && is_whole && plain(true) && found.subpath().segments[0].end() == there.to)
            .then_some(found)
    }

    /// The same as an element.
    pub(crate) fn geometry(self) -> Geometry {
        let Self { center, rx, ry } = self;
        if rx == ry { Geometry::circle(center, rx) } else { Geometry::Ellipse { center, rx, ry } }
    }

    /// The same on a grid of units half as large.
    pub(crate) fn halved(self) -> Self {
        let Self { center, rx, ry } = self;
        Self { center: Point::new(2 * center.x, 2 * center.y), rx: 2 * rx, ry: 2 * ry }
    }

    /// Eight smooth vertices around about the same outline, on even units.
    pub(crate) fn knots(self) -> Vec<Knot> {
        let even = |v: f64| 2 * libm::round(v / 2.0) as i32;
        let at = |i: i32| {
            let angle = std::f64::consts::TAU * (f64::from(i) + 0.5) / 8.0;
            // Where the joints of eight such vertices are at distance 1, and the middles of their curves too.
            let out = 1.0 / 0.9255;
            let x = f64::from(self.center.x) + out * f64::from(self.rx) * libm::cos(angle);
            let y = f64::from(self.center.y) + out * f64::from(self.ry) * libm::sin(angle);
            Knot { at: Point::new(even(x), even(y)), smooth: true }
        };
        (0..8).map(at).collect()
    }

    /// Ellipses that differ by a unit in one number.
    fn neighbours(self) -> impl Iterator<Item = Self> {
        let by = move |(dx, dy, rx, ry): (i32, i32, i32, i32)| Self {
            center: Point::new(self.center.x + dx, self.center.y + dy),
            rx: self.rx + rx,
            ry: self.ry + ry,
        };
        let all = [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 1, 1)];
        let both = all.into_iter().flat_map(|(x, y, rx, ry)| [(x, y, rx, ry), (-x, -y, -rx, -ry)]);
        both.map(by).filter(|ellipse| ellipse.rx > 0 && ellipse.ry > 0)
    }
}

/// Area of an outline, and integrals over it of x, y, x^2, y^2 and x y.
fn moments(outline: &[Point]) -> [f64; 6] {
    let mut sums = [0.0; 6];
    for i in 0..outline.len() {
        let [a, b] = [outline[i], outline[(i + 1) % outline.len()]].map(|p| (f64::from(p.x), f64::from(p.y)));
        let cross = a.0 * b.1 - b.0 * a.1;
        sums[0] += cross / 2.0;
        sums[1] += cross * (a.0 + b.0) / 6.0;
        sums[2] += cross * (a.1 + b.1) / 6.0;
        sums[3] += cross * (a.0 * a.0 + a.0 * b.0 + b.0 * b.0) / 12.0;
        sums[4] += cross * (a.1 * a.1 + a.1 * b.1 + b.1 * b.1) / 12.0;
        sums[5] += cross * (a.0 * (2.0 * a.1 + b.1) + b.0 * (a.1 + 2.0 * b.1)) / 24.0;
    }
    if sums[0] < 0.0 { sums.map(|sum| -sum) } else { sums }
}

impl State {
    /// Makes outlines round where that is worth its error, at this price of a byte; nothing is moved afterwards.
    pub(crate) fn round_rings(&mut self, lambda: f64) {
        for layer in 1..self.layers.len() {
            for ring in 0..self.layers[layer].rings.len() {
                if self.stop.requested() {
                    return;
                }
                self.round_ring(layer, ring, lambda);
            }
        }
        self.drop_patches(lambda);
    }

    /// Takes away what does not pay any more, such as patches of outlines that have become round.
    fn drop_patches(&mut self, lambda: f64) {
        for layer in 1..self.layers.len() {
            for ring in (0..self.layers[layer].rings.len()).rev() {
                if self.stop.requested() {
                    return;
                }
                let outline = &self.layers[layer].rings[ring];
                if outline.round.is_none() {
                    let bytes = f64::from(ring_bytes(None, outline));
                    if self.try_without(layer, ring) < lambda * bytes {
                        self.toggle_ring(layer, ring, Change::Taken);
                        self.layers[layer].rings.remove(ring);
                    }
                }
            }
        }
        self.compact();
    }

    fn round_ring(&mut self, layer: usize, ring: usize, lambda: f64) {
        let old = self.layers[layer].rings[ring].clone();
        let mut outline = Vec::new();
        old.outline(self.unit, &mut outline);
        let Some(mut ellipse) = Ellipse::near(&outline, self.unit).filter(|_| old.points.len() > MIN_VERTICES) else {
            return;
        };
        let without = self.try_without(layer, ring);
        self.toggle_ring(layer, ring, Change::Taken);
        let mut error = self.try_ellipse(layer, ellipse);
        while let Some((less, better)) = ellipse
            .neighbours()
            .map(|ellipse| (self.try_ellipse(layer, ellipse), ellipse))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(less, _)| *less < error)
        {
            (error, ellipse) = (less, better);
        }
        let before = self.drawing().byte_count() as f64;
        self.layers[layer].rings[ring] = Ring { round: Some(ellipse), ..old.clone() };
        let bytes = self.drawing().byte_count() as f64 - before;
        let worth = WORTH * f64::from(old.bytes());
        if bytes > 0.0 || error + without + lambda * (bytes - worth) >= 0.0 {
            self.layers[layer].rings[ring] = old;
        }
        self.toggle_ring(layer, ring, Change::Added);
    }

    /// Change of the error if a layer covered an ellipse more.
    fn try_ellipse(&mut self, layer: usize, ellipse: Ellipse) -> f64 {
        let mut outline = std::mem::take(&mut self.tools.spans[0]);
        outline.clear();
        ellipse.outline(self.unit, &mut outline);
        let size = self.coverage.size();
        let (right, bottom) = (FINE * size.0 as i32, FINE * size.1 as i32);
        let is_inside = outline.iter().all(|p| (0..=right).contains(&p.x) && (0..=bottom).contains(&p.y));
        let toggled = Toggled { outline: &outline, adds: true };
        let Self { coverage, tools, paints, .. } = self;
        let error = coverage.band().try_toggle(tools, paints, layer, toggled);
        self.tools.spans[0] = outline;
        if is_inside { error } else { f64::INFINITY }
    }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use linocut_core::{ByteBudget, Stop, Task};
    use linocut_svg::{Color, Drawing, Path, Shape};
    use proptest::prelude::*;

    use super::super::adopt::adopt;
    use super::super::curve;
    use super::*;
    use crate::{BudgetTracer, Work};

    fn ellipses() -> impl Strategy<Value = Ellipse> {
        (100..300_i32, 100..300_i32, 6..90_i32, 6..90_i32).prop_map(|(x, y, rx, ry)| Ellipse {
            center: Point::new(x, y),
            rx,
            ry,
        })
    }

    fn outline(ellipse: Ellipse) -> Vec<Point> {
        let mut out = Vec::new();
        ellipse.outline(Unit::PIXEL, &mut out);
        out
    }

    proptest! {
        #[test]
        fn an_ellipse_is_found_again_in_its_outline_and_in_its_path(ellipse in ellipses()) {
            prop_assert_eq!(Ellipse::near(&outline(ellipse), Unit::PIXEL), Some(ellipse));
            prop_assert_eq!(Ellipse::of_subpath(&ellipse.subpath()), Some(ellipse));
            let mut fine = Vec::new();
            ellipse.halved().outline(Unit::HALF, &mut fine);
            prop_assert_eq!(fine, outline(ellipse));
            let area = moments(&outline(ellipse))[0] / f64::from(FINE * FINE);
            let wanted = std::f64::consts::PI * f64::from(ellipse.rx * ellipse.ry);
            prop_assert!((area / wanted - 1.0).abs() < 0.004, "{} of {}", area, wanted);
        }

        #[test]
        fn a_search_takes_ellipses_up_as_smooth_vertices(ellipse in ellipses()) {
            let paths = [ellipse.geometry(), Geometry::Path(Path { subpaths: vec![ellipse.subpath()] })];
            for geometry in paths {
                let shapes = vec![Shape::filled(geometry, Color::BLACK)];
                let layers = adopt(&Drawing { shapes, ..Drawing::new(400, 400) }).unwrap().layers;
                let ring = &layers[0].rings[0];
                let mut out = Vec::new();
                curve::outline(Unit::PIXEL, &ring.points, &ring.smooth, &mut out);
                let (found, wanted) = (moments(&out)[0], moments(&outline(ellipse))[0]);
                // Vertices lie on even units.
                let slack = 0.01 + 2.0 / f64::from(ellipse.rx.min(ellipse.ry));
                prop_assert!((found / wanted - 1.0).abs() < slack, "{} of {}", found, wanted);
            }
        }
    }

    #[test]
    fn other_outlines_are_not_ellipses() {
        let fine =
            |points: &[(i32, i32)]| points.iter().map(|&(x, y)| Point::new(FINE * x, FINE * y)).collect::<Vec<_>>();
        let square = fine(&[(10, 10), (40, 10), (40, 40), (10, 40)]);
        let slanted = fine(&[(10, 10), (14, 9), (44, 35), (40, 38)]);
        let dot = fine(&[(10, 10), (11, 10), (11, 11), (10, 11)]);
        for other in [square, slanted, dot] {
            assert_eq!(Ellipse::near(&other, Unit::PIXEL), None);
        }
        let arc = |(x, y): (i32, i32)| {
            Segment::Arc(Arc { rx: 5, ry: 5, rotation: 0, large: false, sweep: true, to: Point::new(x, y) })
        };
        let half = Subpath { start: Point::new(0, 9), segments: vec![arc((10, 9)), arc((4, 4))], closed: true };
        assert_eq!(Ellipse::of_subpath(&half), None);
    }

    #[test]
    fn discs_are_drawn_as_circles_and_squares_are_not() {
        let image = RgbImage::from_fn(192, 160, |x, y| {
            let cover =
                |r: f64| (r + 0.5 - (f64::from(x) + 0.5 - 60.0).hypot(f64::from(y) + 0.5 - 80.0)).clamp(0.0, 1.0);
            let level = |from: u8, to: u8| (f64::from(from) + cover(44.0) * (f64::from(to) - f64::from(from))) as u8;
            let square = (120..176).contains(&x) && (60..116).contains(&y);
            image::Rgb(if square { [20, 60, 200] } else { [level(250, 200), level(250, 30), level(240, 40)] })
        });
        let tracer = BudgetTracer::default().with_work(Work::Sweeps(30));
        let drawing = tracer.trace(&image, &Task::new(ByteBudget::new(400), &Stop::never())).unwrap();
        let round: Vec<&Geometry> = drawing
            .shapes
            .iter()
            .map(|shape| &shape.geometry)
            .filter(|geometry| matches!(geometry, Geometry::Circle { .. } | Geometry::Ellipse { .. }))
            .collect();
        let [Geometry::Circle { center, radius }] = round[..] else { panic!("{}", drawing.write().as_str()) };
        assert_eq!((center, *radius), (&Point::new(120, 160), 88));
    }
}

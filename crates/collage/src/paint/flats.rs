//! Flat geometric figures: circles, stars, arrows, waves.

use linocut_svg::{Color, Geometry, Path, Segment, Shape, Subpath};

use crate::colour::shaded;
use crate::paint::sketch::{Layer, disc, oval, point, polygon, polyline, regular, smooth, turned};
use crate::place::spot::Place;
use crate::place::spot::Spot;
use crate::read::meaning::Flat;

/// Draws a figure of about `size` units across, turned by an angle in radians.
pub(crate) fn paint(layer: &mut Layer, flat: Flat, center: Spot, size: f64, turn: f64, color: Color) {
    let width = (size * 0.085).max(6.0);
    match flat {
        Flat::Spiral => layer.line(spiral(center, size / 2.0, turn), color, width),
        Flat::Zigzag | Flat::Wave | Flat::Line => layer.line(stretched(flat, center, size, turn), color, width),
        Flat::Ring => layer.line(disc(center, size * 0.42), color, size * 0.14),
        Flat::Plate => {
            layer.fill(disc(center, size / 2.0), color);
            layer.fill(disc(center, size * 0.36), shaded(color, -0.16));
            layer.fill(disc(center, size * 0.335), shaded(color, 0.3));
        }
        _ => layer.fill(outline(flat, center, size, turn), color),
    }
}

/// Draws a figure with a darker edge, which sets it off from others of its colour.
pub(crate) fn paint_edged(layer: &mut Layer, flat: Flat, place: Place, color: Color) {
    paint(layer, flat, place.center, place.size, place.turn, color);
    if let Some(Shape { fill: Some(_), geometry, .. }) = layer.shapes.last().cloned() {
        layer.line(geometry, edge(color), (place.size * 0.022).max(5.0));
    }
}

/// The outline of a filled figure; figures made of lines give their line.
pub(crate) fn outline(flat: Flat, center: Spot, size: f64, turn: f64) -> Geometry {
    let r = size / 2.0;
    let boxed = |corners: &[Spot]| {
        let spots: Vec<Spot> = corners.iter().map(|(x, y)| (center.0 + x * r, center.1 + y * r)).collect();
        polygon(&turned(&spots, center, turn))
    };
    match flat {
        Flat::Circle => disc(center, r),
        Flat::Ellipse if turn.abs() < 1e-6 => oval(center, r, r * 0.62),
        Flat::Ellipse => smooth(&turned(&ellipse_spots(center, r, r * 0.62), center, turn), true),
        Flat::Square => boxed(&[(-0.82, -0.82), (0.82, -0.82), (0.82, 0.82), (-0.82, 0.82)]),
        Flat::Rectangle => boxed(&[(-1.0, -0.58), (1.0, -0.58), (1.0, 0.58), (-1.0, 0.58)]),
        Flat::Bar => boxed(&[(-1.0, -0.14), (1.0, -0.14), (1.0, 0.14), (-1.0, 0.14)]),
        Flat::Triangle => polygon(&regular(3, (center.0, center.1 + r * 0.15), r * 1.1, turn)),
        Flat::Trapezoid => boxed(&[(-0.52, -0.6), (0.52, -0.6), (1.0, 0.6), (-1.0, 0.6)]),
        Flat::Parallelogram => boxed(&[(-0.6, -0.6), (1.0, -0.6), (0.6, 0.6), (-1.0, 0.6)]),
        Flat::Pentagon => polygon(&regular(5, center, r, turn)),
        Flat::Hexagon => polygon(&regular(6, center, r, turn + std::f64::consts::FRAC_PI_6)),
        Flat::Octagon => polygon(&regular(8, center, r, turn + std::f64::consts::FRAC_PI_8)),
        Flat::Diamond => boxed(&[(0.0, -1.0), (0.68, 0.0), (0.0, 1.0), (-0.68, 0.0)]),
        Flat::Star => star(center, r, turn),
        Flat::Crescent => crescent(center, r, turn),
        Flat::Heart => heart(center, r, turn),
        Flat::Cross => boxed(&CROSS),
        Flat::Ring | Flat::Plate => disc(center, r),
        Flat::Pillow => pillow(center, r, turn),
        Flat::Spiral => spiral(center, r, turn),
        Flat::Zigzag | Flat::Wave | Flat::Line => stretched(flat, center, size, turn),
    }
}

const CROSS: [Spot; 12] = [
    (-0.3, -1.0),
    (0.3, -1.0),
    (0.3, -0.3),
    (1.0, -0.3),
    (1.0, 0.3),
    (0.3, 0.3),
    (0.3, 1.0),
    (-0.3, 1.0),
    (-0.3, 0.3),
    (-1.0, 0.3),
    (-1.0, -0.3),
    (-0.3, -0.3),
];

fn ellipse_spots((x, y): Spot, rx: f64, ry: f64) -> Vec<Spot> {
    regular(10, (0.0, 0.0), 1.0, 0.0).into_iter().map(|(ux, uy)| (x + ux * rx, y + uy * ry)).collect()
}

fn pillow(center: Spot, r: f64, turn: f64) -> Geometry {
    let rim =
        [(-1.0, -0.72), (0.0, -0.56), (1.0, -0.72), (0.88, 0.0), (1.0, 0.72), (0.0, 0.56), (-1.0, 0.72), (-0.88, 0.0)];
    smooth(&turned(&rim.map(|(x, y)| (center.0 + x * r * 0.94, center.1 + y * r * 0.94)), center, turn), true)
}

/// A star of five points.
fn star(center: Spot, r: f64, turn: f64) -> Geometry {
    let (outer, inner) = (regular(5, center, r, turn), regular(5, center, r * 0.42, turn + std::f64::consts::PI / 5.0));
    polygon(&outer.into_iter().zip(inner).flat_map(|(a, b)| [a, b]).collect::<Vec<_>>())
}

/// A crescent that opens to the right, turned by an angle.
pub(crate) fn crescent(center: Spot, r: f64, turn: f64) -> Geometry {
    let outer = (0..=12).map(|i| 0.62 + (std::f64::consts::TAU - 1.24) * f64::from(i) / 12.0);
    let mut spots: Vec<Spot> = outer.map(|a| (center.0 + r * a.cos(), center.1 + r * a.sin())).collect();
    let inner_center = (center.0 + r * 0.42, center.1);
    let (tip, reach) = ((r * 0.62_f64.cos() - r * 0.42, r * 0.62_f64.sin()), r * 0.7);
    let tip_angle = tip.1.atan2(tip.0);
    let inner = (1..8).map(|i| -tip_angle - (std::f64::consts::TAU - 2.0 * tip_angle) * f64::from(i) / 8.0);
    spots.extend(inner.map(|a| (inner_center.0 + reach * a.cos(), inner_center.1 + reach * a.sin())));
    horned(&turned(&spots, center, turn), 12)
}

/// Two smooth lines that meet in sharp points: the first ends at place `corner`.
fn horned(spots: &[Spot], corner: usize) -> Geometry {
    let back: Vec<Spot> = spots[corner..].iter().chain(&spots[..1]).copied().collect();
    let (Geometry::Path(mut there), Geometry::Path(again)) = (smooth(&spots[..=corner], false), smooth(&back, false))
    else {
        return polygon(spots);
    };
    if let (Some(first), Some(second)) = (there.subpaths.first_mut(), again.subpaths.into_iter().next()) {
        first.segments.extend(second.segments);
        first.closed = true;
    }
    Geometry::Path(there)
}

fn heart(center: Spot, r: f64, turn: f64) -> Geometry {
    let at = |x: f64, y: f64| point(turned(&[(center.0 + x * r, center.1 + y * r)], center, turn)[0]);
    let segments = vec![
        Segment::Cubic(at(-0.15, -0.95), at(-0.95, -0.9), at(-0.92, -0.2)),
        Segment::Cubic(at(-0.85, 0.3), at(-0.3, 0.6), at(0.0, 1.0)),
        Segment::Cubic(at(0.3, 0.6), at(0.85, 0.3), at(0.92, -0.2)),
        Segment::Cubic(at(0.95, -0.9), at(0.15, -0.95), at(0.0, -0.45)),
    ];
    Geometry::Path(Path { subpaths: vec![Subpath { start: at(0.0, -0.45), segments, closed: true }] })
}

fn spiral(center: Spot, r: f64, turn: f64) -> Geometry {
    let at = |i: i32| {
        let t = f64::from(i) / 26.0;
        let angle = turn + t * 3.2 * std::f64::consts::TAU;
        (center.0 + r * 0.95 * t * angle.cos(), center.1 + r * 0.95 * t * angle.sin())
    };
    smooth(&(0..=26).map(at).collect::<Vec<_>>(), false)
}

/// A line, wave or zigzag from end to end.
fn stretched(flat: Flat, center: Spot, size: f64, turn: f64) -> Geometry {
    let at = |i: i32| {
        let side = if i % 2 == 0 { 1.0 } else { -1.0 };
        let y = if flat == Flat::Line { 0.0 } else { side * size * 0.12 };
        (center.0 + size * (f64::from(i) / 8.0 - 0.5), center.1 + y)
    };
    let spots = turned(&(0..=8).map(at).collect::<Vec<_>>(), center, turn);
    match flat {
        Flat::Line => polyline(&[spots[0], spots[8]]),
        Flat::Zigzag => polyline(&spots),
        _ => smooth(&spots, false),
    }
}

/// The places that an outline passes, curves cut short.
pub(crate) fn corners(outline: &Geometry) -> Vec<Spot> {
    let Geometry::Path(path) = outline else {
        return outline.bounds().map_or(Vec::new(), |(l, t, r, b)| {
            let center = (f64::from(l + r) / 2.0, f64::from(t + b) / 2.0);
            ellipse_spots(center, f64::from(r - l) / 2.0, f64::from(b - t) / 2.0)
        });
    };
    let spot = |p: linocut_svg::Point| (f64::from(p.x), f64::from(p.y));
    let subpath = path.subpaths.first();
    subpath
        .map_or(Vec::new(), |s| std::iter::once(s.start).chain(s.segments.iter().map(Segment::end)).map(spot).collect())
}

/// The darker edge that sets a figure off from its ground.
fn edge(color: Color) -> Color {
    shaded(color, -0.38)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Flat; 23] = [
        Flat::Circle,
        Flat::Ellipse,
        Flat::Square,
        Flat::Rectangle,
        Flat::Bar,
        Flat::Triangle,
        Flat::Trapezoid,
        Flat::Parallelogram,
        Flat::Pentagon,
        Flat::Hexagon,
        Flat::Octagon,
        Flat::Star,
        Flat::Crescent,
        Flat::Diamond,
        Flat::Heart,
        Flat::Plate,
        Flat::Pillow,
        Flat::Cross,
        Flat::Ring,
        Flat::Spiral,
        Flat::Zigzag,
        Flat::Wave,
        Flat::Line,
    ];

    #[test]
    fn every_figure_stays_near_its_box() {
        for flat in ALL {
            for turn in [0.0, 0.7, 3.0] {
                let (left, top, right, bottom) = outline(flat, (500.0, 500.0), 200.0, turn).bounds().unwrap();
                assert!(left > 360 && top > 360 && right < 640 && bottom < 640, "{flat:?} {turn}");
                assert!(right - left > 60 || bottom - top > 60, "{flat:?} {turn}");
            }
        }
    }

    #[test]
    fn figures_have_their_number_of_corners() {
        for (flat, corners) in [(Flat::Triangle, 3), (Flat::Trapezoid, 4), (Flat::Pentagon, 5), (Flat::Star, 10)] {
            let Geometry::Path(path) = outline(flat, (0.0, 0.0), 100.0, 0.0) else { panic!("{flat:?} is no path") };
            assert_eq!(path.subpaths[0].segments.len() + 1, corners, "{flat:?}");
        }
    }
}

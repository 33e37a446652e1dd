//! Trees, tufts and flowers as plain outlines.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::sketch::{Layer, joined, polygon, polyline, regular, smooth};
use crate::place::spot::Spot;

/// A conifer of three tiers that stands on a place.
pub(crate) fn conifer((x, y): Spot, h: f64) -> Geometry {
    let side =
        [(0.04, 0.0), (0.04, 0.12), (0.3, 0.1), (0.13, 0.42), (0.23, 0.4), (0.09, 0.7), (0.16, 0.68), (0.0, 1.0)];
    let right = side.iter().map(|&(px, py)| (x + px * h, y - py * h));
    let left = side.iter().rev().skip(1).map(|&(px, py)| (x - px * h, y - py * h));
    polygon(&right.chain(left).collect::<Vec<_>>())
}

/// A trunk with branches, to be drawn as a line.
pub(crate) fn bare_tree((x, y): Spot, h: f64) -> Geometry {
    let branch = |from: Spot, by: Spot| {
        polyline(&[(x + from.0 * h, y - from.1 * h), (x + (from.0 + by.0) * h, y - (from.1 + by.1) * h)])
    };
    joined([
        branch((0.0, 0.0), (0.01, 1.0)),
        branch((0.0, 0.35), (-0.26, 0.3)),
        branch((-0.13, 0.5), (-0.02, 0.24)),
        branch((0.0, 0.45), (0.28, 0.32)),
        branch((0.14, 0.61), (0.02, 0.22)),
        branch((0.0, 0.66), (-0.14, 0.24)),
        branch((0.0, 0.74), (0.1, 0.2)),
    ])
}

/// Three blades of grass, to be drawn as lines.
pub(crate) fn tuft((x, y): Spot, h: f64) -> Geometry {
    joined([(-0.5, -0.8), (0.0, -1.1), (0.5, -0.75)].map(|(dx, dy)| polyline(&[(x, y), (x + dx * h, y + dy * h)])))
}

/// A flower seen from above.
pub(crate) fn flower(center: Spot, r: f64) -> Geometry {
    let petals = regular(5, center, r, 0.0).into_iter().zip(regular(5, center, r * 0.45, 0.63));
    smooth(&petals.flat_map(|(a, b)| [a, b]).collect::<Vec<_>>(), true)
}

/// A palm tree that leans.
pub(crate) fn palm(layer: &mut Layer, (x, y): Spot, h: f64, lean: f64, bark: Color, leaf: Color) {
    let top = (x + lean * h, y - h);
    let w = h * 0.035;
    let trunk = [
        (x - w * 1.4, y),
        (x + lean * h * 0.3 - w, y - h * 0.5),
        (top.0 - w * 0.7, top.1),
        (top.0 + w * 0.7, top.1),
        (x + lean * h * 0.3 + w, y - h * 0.5),
        (x + w * 1.4, y),
    ];
    layer.fill(smooth(&trunk, true), bark);
    let frond = |(dx, dy, droop): (f64, f64, f64)| {
        let end = (top.0 + dx * h, top.1 + dy * h);
        let middle = (top.0 + dx * h * 0.55, top.1 + dy * h * 0.55 - droop * h);
        let under = (top.0 + dx * h * 0.5, top.1 + dy * h * 0.55 - droop * h + h * 0.075);
        smooth(&[top, middle, end, under], true)
    };
    layer.fill(
        joined([(-0.34, 0.2, 0.12), (0.34, 0.2, 0.12), (-0.18, 0.3, 0.02), (0.2, 0.3, 0.02)].map(frond)),
        shaded(leaf, -0.18),
    );
    layer.fill(
        joined(
            [(-0.4, 0.02, 0.1), (0.4, 0.02, 0.1), (-0.24, -0.18, 0.05), (0.24, -0.18, 0.05), (0.0, -0.24, 0.0)]
                .map(frond),
        ),
        leaf,
    );
}

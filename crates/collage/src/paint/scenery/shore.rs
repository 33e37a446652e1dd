//! Between land and water: islands, harbors, swamps.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::scenery::land::blob;
use crate::paint::scenery::plants;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::scenery::water;
use crate::paint::sketch::{Layer, below, joined, polygon, polyline, rect, smooth, vertical};
use crate::place::spot::SIDE;

/// A low island of sand and grass in the sea, which comes with it unless it is there.
pub(crate) fn island(scape: &mut Scape, wish: &Wish, with_sea: bool) {
    if with_sea {
        water::sea(scape, &Wish::default());
    }
    let sand = scape.seen(Color::from_hex(0xf1d7a0), 0.0);
    let grass = scape.seen(wish.color(0x77b255), 0.0);
    let mut layer = wish.layer();
    let depth = SIDE - scape.horizon;
    let center = (SIDE * 0.5, scape.horizon + depth * 0.6);
    let (rx, ry) = (SIDE * 0.44, depth * 0.26);
    layer.fill(blob((center.0, center.1 + 20.0), rx * 1.05, ry * 1.08, &mut scape.dice), Color::WHITE.mix(sand, 0.3));
    layer.fill(
        blob(center, rx, ry, &mut scape.dice),
        vertical(center.1 - ry, center.1 + ry, &[sand, shaded(sand, -0.14)]),
    );
    let lawn = (center.0, center.1 - ry * 0.25);
    layer.fill(
        blob(lawn, rx * 0.78, ry * 0.66, &mut scape.dice),
        vertical(lawn.1 - ry, lawn.1 + ry, &[grass, shaded(grass, -0.18)]),
    );
    scape.layers.push(layer);
}

/// A pier with posts that leads out on the water, and moored boats.
pub(crate) fn harbor(scape: &mut Scape, wish: &Wish, with_sea: bool) {
    if with_sea {
        water::sea(scape, &Wish::default());
    }
    let wood = scape.seen(wish.color(0x8a6446), 0.0);
    let mut layer = wish.layer();
    let (h, d) = (scape.horizon, SIDE - scape.horizon);
    for (x, t, size) in [(0.16, 0.2, 150.0), (0.86, 0.14, 120.0), (0.8, 0.5, 220.0)] {
        boat(&mut layer, (SIDE * x + scape.dice.jitter(40.0), h + d * t), size, scape);
    }
    let at = |x: f64, t: f64| (SIDE * (0.46 + (x - 0.46) * t), h + 60.0 + (d - 60.0) * t);
    layer.fill(polygon(&[at(0.3, 0.08), at(0.62, 0.08), at(0.62, 1.03), at(0.3, 1.03)]), wood);
    let gaps = [0.12, 0.18, 0.26, 0.36, 0.48, 0.62, 0.79].map(|t| polyline(&[at(0.3, t), at(0.62, t)]));
    layer.line(joined(gaps), shaded(wood, -0.35), 9.0);
    let post = |(x, t): (f64, f64)| {
        let (px, py) = at(x, t);
        let w = 16.0 + 44.0 * t;
        rect(px - w / 2.0, py - w * 2.4, w, w * 3.6)
    };
    let posts = [(0.3, 0.14), (0.62, 0.14), (0.3, 0.38), (0.62, 0.38), (0.3, 0.78), (0.62, 0.78)].map(post);
    layer.fill(joined(posts), shaded(wood, -0.28));
    scape.layers.push(layer);
}

fn boat(layer: &mut Layer, (x, y): (f64, f64), size: f64, scape: &mut Scape) {
    let paint = scape.dice.pick([0xb5432f, 0x2f5f8f, 0xf0ead8]);
    let hull = scape.seen(Color::from_hex(paint), 0.1);
    let at = |px: f64, py: f64| (x + px * size, y + py * size);
    layer.fill(
        polygon(&[at(0.02, -0.12), at(0.02, -1.1), at(-0.42, -0.12)]),
        scape.seen(Color::from_hex(0xf7f1e3), 0.1),
    );
    layer.line(polyline(&[at(0.04, 0.0), at(0.04, -1.2)]), scape.seen(Color::from_hex(0x5b4636), 0.0), size * 0.04);
    layer.fill(polygon(&[at(-0.6, -0.08), at(0.66, -0.08), at(0.44, 0.2), at(-0.46, 0.2)]), hull);
}

/// Dark shallow water between mossy banks, with reeds and bare trees.
pub(crate) fn swamp(scape: &mut Scape, wish: &Wish) {
    let moss = wish.color(0x5f6f3f);
    let mut layer = wish.layer();
    let (far, near) = (scape.seen(moss, 0.4), scape.seen(moss, 0.0));
    let line = crate::paint::scenery::land::rolling(scape, scape.horizon, 16.0, 3);
    layer.fill(below(&line, SIDE), vertical(scape.horizon, SIDE, &[far, near]));
    let murk = scape.seen(Color::from_hex(0x3f5550), 0.05);
    for (x, t, rx, ry) in [(0.3, 0.24, 0.3, 0.07), (0.74, 0.42, 0.34, 0.1), (0.32, 0.74, 0.42, 0.16)] {
        let center = (SIDE * x, scape.horizon + (SIDE - scape.horizon) * t);
        layer.fill(blob(center, SIDE * rx, SIDE * ry * 0.6, &mut scape.dice), murk);
    }
    let trunks: Vec<Geometry> = [(0.1, 0.3, 620.0), (0.36, 0.1, 430.0), (0.64, 0.2, 520.0), (0.92, 0.5, 760.0)]
        .map(|(x, t, h)| {
            plants::bare_tree((SIDE * x + scape.dice.jitter(40.0), scape.horizon + (SIDE - scape.horizon) * t), h)
        })
        .to_vec();
    layer.line(joined(trunks), scape.seen(Color::from_hex(0x3c352c), 0.1), 22.0);
    let reeds: Vec<Geometry> = (0..16)
        .map(|_| {
            let (x, y) =
                (scape.dice.between(0.0, SIDE), scape.horizon + (SIDE - scape.horizon) * scape.dice.between(0.3, 0.95));
            let h = scape.dice.between(120.0, 200.0);
            smooth(&[(x, y), (x + 8.0, y - h * 0.5), (x + 26.0, y - h)], false)
        })
        .collect();
    layer.line(joined(reeds), shaded(near, 0.25), 10.0);
    scape.layers.push(layer);
}

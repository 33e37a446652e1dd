//! Forests: rows of trees one behind the other.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::scenery::plants;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{below, joined, polygon, rect, vertical};
use crate::place::spot::{SIDE, Spot};

/// Colour of fresh snow.
const SNOW: u32 = 0xf1f6fa;

/// A forest that fills the picture from the horizon up and down; `to_front` lets it reach the front.
pub(crate) fn forest(scape: &mut Scape, wish: &Wish, to_front: bool) {
    let leaf = wish.color(0x2f6b41);
    let mut layer = wish.layer();
    let rows: &[(f64, f64, usize, f32)] = if to_front {
        &[(40.0, 520.0, 13, 0.78), (150.0, 640.0, 9, 0.48), (330.0, 780.0, 6, 0.2)]
    } else {
        &[(20.0, 300.0, 20, 0.6), (60.0, 380.0, 14, 0.3)]
    };
    for &(drop, height, count, distance) in rows {
        let base = scape.horizon + drop;
        let color = scape.seen(leaf, distance);
        let place = |i: usize| {
            let x = SIDE * (i as f64 + 0.5 + scape.dice.jitter(0.4)) / count as f64;
            ((x, base + 10.0), height * scape.dice.between(0.72, 1.1))
        };
        let trees: Vec<(Spot, f64)> = (0..count).map(place).collect();
        layer.fill(joined(trees.iter().map(|&(foot, h)| plants::conifer(foot, h))), color);
        if wish.look.snowy {
            layer.fill(snow_on(&trees), scape.seen(Color::from_hex(SNOW), distance));
        }
        let line = crate::paint::scenery::land::rolling(scape, base, 12.0, 2);
        let color = if wish.look.snowy { scape.seen(Color::from_hex(SNOW), distance * 0.5) } else { color };
        let floor = if to_front { vertical(base, base + 300.0, &[color, shaded(color, -0.12)]) } else { color.into() };
        layer.fill(below(&line, SIDE), floor);
    }
    if to_front {
        front(scape, &mut layer, leaf, wish.look.snowy);
    }
    scape.layers.push(layer);
}

/// Snow on the tops of trees, each by its foot and height.
fn snow_on(trees: &[(Spot, f64)]) -> Geometry {
    joined(trees.iter().map(|&((x, y), h)| plants::conifer((x, y - h * 0.62), h * 0.38)))
}

/// A path that leads in, and dark trees at both sides.
fn front(scape: &mut Scape, layer: &mut crate::paint::sketch::Layer, leaf: Color, snowy: bool) {
    let dark = scape.seen(shaded(leaf, -0.42), 0.0);
    let base = scape.horizon + 330.0;
    let x = SIDE * scape.dice.between(0.42, 0.58);
    let path = polygon(&[(x - 18.0, base), (x + 18.0, base), (x + 150.0, SIDE), (x - 210.0, SIDE)]);
    let trodden = if snowy { Color::from_hex(0xc9d8e6) } else { leaf.mix(Color::from_hex(0xf0d9c0), 0.55) };
    layer.fill(path, scape.seen(trodden, 0.0));
    let trees = [0.07, 0.25, 0.8, 0.96].map(|t| {
        let h = scape.dice.between(880.0, 1120.0);
        ((SIDE * (t + scape.dice.jitter(0.02)), SIDE - scape.dice.between(20.0, 120.0)), h)
    });
    layer.fill(joined(trees.map(|(foot, h)| plants::conifer(foot, h))), dark);
    if snowy {
        layer.fill(snow_on(&trees), scape.seen(Color::from_hex(SNOW), 0.0));
        return;
    }
    layer.fill(
        joined([rect(0.0, SIDE - 70.0, SIDE * 0.34, 70.0), rect(SIDE * 0.72, SIDE - 70.0, SIDE * 0.28, 70.0)]),
        dark,
    );
}

//! The view under water.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{below, disc, joined, polygon, polyline, rect, smooth, vertical};
use crate::place::spot::{SIDE, Spot};

/// The view under the surface.
pub(crate) fn underwater(scape: &mut Scape, wish: &Wish) {
    let blue = wish.color(0x1583b4);
    let mut layer = wish.layer();
    layer.fill(rect(0.0, 0.0, SIDE, SIDE), vertical(0.0, SIDE, &[shaded(blue, 0.4), blue, shaded(blue, -0.55)]));
    let rays = [0.1, 0.36, 0.62].map(|t| {
        let x = SIDE * t;
        polygon(&[(x, 0.0), (x + 120.0, 0.0), (x + 380.0, SIDE * 0.8), (x + 120.0, SIDE * 0.8)])
    });
    layer.glaze(joined(rays), Color::WHITE, 0.12);
    let line = crate::paint::scenery::land::rolling(scape, SIDE - 170.0, 30.0, 2);
    layer.fill(below(&line, SIDE), Color::from_hex(0xd8c48f).mix(blue, 0.35));
    let weeds: Vec<Geometry> = (0..9)
        .map(|_| weed((scape.dice.between(30.0, SIDE - 30.0), SIDE - 110.0), scape.dice.between(150.0, 330.0)))
        .collect();
    layer.line(joined(weeds), Color::from_hex(0x2f8f5b), 20.0);
    for (x, h, hex) in
        [(0.1, 300.0, 0xf07f6a), (0.27, 210.0, 0xe85d9e), (0.78, 240.0, 0xf2a154), (0.93, 330.0, 0xb065c9)]
    {
        let foot = (SIDE * x + scape.dice.jitter(30.0), SIDE - 120.0);
        layer.line(coral(foot, h * scape.dice.between(0.85, 1.1)), Color::from_hex(hex).mix(blue, 0.2), 26.0);
    }
    let bubbles: Vec<Geometry> = (0..14)
        .map(|_| {
            disc((scape.dice.between(0.0, SIDE), scape.dice.between(0.0, SIDE * 0.8)), scape.dice.between(8.0, 22.0))
        })
        .collect();
    layer.glaze(joined(bubbles), Color::WHITE, 0.45);
    scape.layers.push(layer);
}

fn weed((x, y): Spot, h: f64) -> Geometry {
    smooth(&[(x, y), (x + 28.0, y - h * 0.33), (x - 22.0, y - h * 0.66), (x + 12.0, y - h)], false)
}

/// A coral that forks, to be drawn as a line.
fn coral((x, y): Spot, h: f64) -> Geometry {
    let twig = |from: Spot, to: Spot| polyline(&[(x + from.0 * h, y - from.1 * h), (x + to.0 * h, y - to.1 * h)]);
    joined([
        twig((0.0, 0.0), (0.0, 0.9)),
        twig((0.0, 0.3), (-0.3, 0.62)),
        twig((-0.3, 0.62), (-0.32, 0.95)),
        twig((0.0, 0.4), (0.28, 0.66)),
        twig((0.28, 0.66), (0.36, 1.0)),
        twig((0.0, 0.6), (-0.12, 0.84)),
    ])
}

//! The view under water.

use linocut_svg::{Color, Geometry};

use crate::colors::shaded;
use crate::scape::{Scape, Wish};
use crate::sketch::{SIDE, Spot, below, disc, joined, polygon, rect, smooth, vertical};

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
    let line = crate::land::rolling(scape, SIDE - 170.0, 30.0, 2);
    layer.fill(below(&line, SIDE), Color::from_hex(0xd8c48f).mix(blue, 0.35));
    let weeds: Vec<Geometry> = (0..9)
        .map(|_| weed((scape.dice.between(30.0, SIDE - 30.0), SIDE - 110.0), scape.dice.between(150.0, 330.0)))
        .collect();
    layer.line(joined(weeds), Color::from_hex(0x2f8f5b), 20.0);
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

//! Mountains.

use linocut_svg::Color;

use crate::colour::shaded;
use crate::dice::Dice;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{Layer, polygon};
use crate::place::spot::{SIDE, Spot};

/// Two rows of peaks that stand on the horizon.
pub(crate) fn mountains(scape: &mut Scape, wish: &Wish) {
    let rock = wish.color(if wish.look.snowy { 0x64748f } else { 0x6b7a8c });
    let mut layer = wish.layer();
    for (count, height, distance) in [(4, 0.52, 0.75), (3, 0.72, 0.25)] {
        for i in 0..count {
            let x = SIDE * (i as f64 + 0.5 + scape.dice.jitter(0.2)) / count as f64;
            let h = scape.horizon * height * scape.dice.between(0.82, 1.08);
            let color = scape.seen(rock, distance);
            let snow = scape.seen(Color::from_hex(0xf7fbff), distance * 0.4).mix(Color::WHITE, 0.4);
            peak(&mut layer, (x, scape.horizon + 30.0), h, color, snow, wish.look.snowy, &mut scape.dice);
        }
    }
    scape.layers.push(layer);
}

/// A mountain with a lit and a shaded side and a cap of snow.
fn peak(layer: &mut Layer, (x, base): Spot, h: f64, rock: Color, snow: Color, snowy: bool, dice: &mut Dice) {
    let w = h * dice.between(0.85, 1.05);
    let lean = dice.jitter(0.12) * w;
    let top = (x + lean, base - h);
    let side = |to: f64, t: f64| (top.0 + (x + to * w - top.0) * t, top.1 + h * t);
    layer.fill(polygon(&[side(-1.0, 1.0), side(-0.86, 0.45), top, side(0.84, 0.4), side(1.0, 1.0)]), rock);
    let fold = [top, side(0.84, 0.4), side(1.0, 1.0), side(0.06, 1.0), side(0.3, 0.55), side(-0.1, 0.3)];
    layer.fill(polygon(&fold), shaded(rock, -0.22));
    let reach: f64 = if snowy { 0.62 } else { 0.3 };
    let cap = [
        top,
        side(0.84, reach.min(0.4)),
        side(0.84, reach * 0.95),
        side(0.5, reach * 0.78),
        side(0.25, reach * 1.12),
        side(-0.05, reach * 0.8),
        side(-0.35, reach * 1.05),
        side(-0.6, reach * 0.8),
        side(-0.86, reach.min(0.45)),
    ];
    layer.fill(polygon(&cap), snow);
    let shade = [
        top,
        side(0.84, reach.min(0.4)),
        side(0.84, reach * 0.95),
        side(0.5, reach * 0.78),
        side(0.25, reach * 1.12),
        side(0.0, reach * 0.5),
    ];
    layer.fill(polygon(&shade), snow.mix(rock, 0.32));
}

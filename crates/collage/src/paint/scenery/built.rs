//! Built places: the city, a room; and open space.

use linocut_svg::{Color, Geometry};

use crate::colour::{hsl, shaded};
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{Layer, disc, joined, oval, polygon, radial, rect, vertical};
use crate::place::spot::SIDE;

/// Two rows of buildings on the horizon; `to_front` adds the ground before them.
pub(crate) fn city(scape: &mut Scape, wish: &Wish, to_front: bool) {
    let wall = wish.color(0x5b6c86);
    let mut layer = wish.layer();
    for (count, height, distance) in [(11, 0.62, 0.65), (8, 0.48, 0.15)] {
        let color = scape.seen(wall, distance);
        let (mut walls, mut windows) = (Vec::new(), Vec::new());
        for i in 0..count {
            let w = SIDE / count as f64;
            let h = scape.horizon * height * scape.dice.between(0.45, 1.15);
            building(
                i as f64 * w,
                w * scape.dice.between(0.82, 1.04),
                scape.horizon + 20.0,
                h,
                scape,
                (&mut walls, &mut windows),
            );
        }
        layer.fill(joined(walls), color);
        let lit = if scape.air.is_dark() || distance < 0.3 { Color::from_hex(0xffdf8a) } else { shaded(color, 0.25) };
        layer.fill(joined(windows), if scape.air.is_dark() { lit } else { lit.mix(shaded(color, 0.4), 0.7) });
    }
    if to_front {
        let ground = scape.seen(Color::from_hex(0x66707c), 0.0);
        layer
            .fill(rect(0.0, scape.horizon, SIDE, SIDE), vertical(scape.horizon, SIDE, &[ground, shaded(ground, -0.3)]));
    }
    scape.layers.push(layer);
}

fn building(
    x: f64,
    w: f64,
    base: f64,
    h: f64,
    scape: &mut Scape,
    (walls, windows): (&mut Vec<Geometry>, &mut Vec<Geometry>),
) {
    walls.push(rect(x, base - h, w, h));
    if scape.dice.chance(0.3) {
        walls.push(rect(x + w * 0.46, base - h - 70.0, w * 0.08, 72.0));
    }
    let rows = (h / 78.0) as usize;
    for row in 0..rows.min(9) {
        for column in 0..3 {
            if scape.dice.chance(0.55) {
                let (wx, wy) = (x + w * (0.16 + 0.26 * column as f64), base - h + 34.0 + 78.0 * row as f64);
                windows.push(rect(wx, wy, w * 0.15, 34.0));
            }
        }
    }
}

/// A room with a window.
pub(crate) fn room(scape: &mut Scape, wish: &Wish) {
    let wall = wish.color(0xe6d3bd);
    let mut layer = wish.layer();
    let floor = scape.horizon + 230.0;
    layer.fill(rect(0.0, 0.0, SIDE, SIDE), vertical(0.0, floor, &[wall, shaded(wall, -0.12)]));
    let boards = if hsl(wall)[2] > 0.6 { Color::from_hex(0xa9784f) } else { shaded(wall, -0.4) };
    layer.fill(rect(0.0, floor, SIDE, SIDE - floor), vertical(floor, SIDE, &[shaded(boards, -0.2), boards]));
    layer.fill(rect(0.0, floor - 34.0, SIDE, 34.0), shaded(wall, 0.45));
    let x = scape.dice.pick([0.1, 0.66]) * SIDE;
    window(&mut layer, x, 170.0, &scape.air.sky);
    layer.fill(oval((SIDE * 0.5, SIDE - 150.0), SIDE * 0.36, 96.0), shaded(boards, 0.35));
    scape.layers.push(layer);
}

fn window(layer: &mut Layer, x: f64, y: f64, sky: &[Color]) {
    let (w, h) = (370.0, 450.0);
    layer.fill(rect(x - 24.0, y - 24.0, w + 48.0, h + 48.0), Color::from_hex(0xfaf6ef));
    layer.fill(rect(x, y, w, h), vertical(y, y + h, sky));
    layer.fill(
        joined([rect(x + w / 2.0 - 9.0, y, 18.0, h), rect(x, y + h / 2.0 - 9.0, w, 18.0)]),
        Color::from_hex(0xfaf6ef),
    );
}

/// Stars, a glow and a planet.
pub(crate) fn space(scape: &mut Scape, wish: &Wish) {
    let deep = wish.color(0x120a33);
    let mut layer = wish.layer();
    layer.fill(
        rect(0.0, 0.0, SIDE, SIDE),
        vertical(0.0, SIDE, &[shaded(deep, -0.6), shaded(deep, -0.2), deep.mix(Color::from_hex(0x5a2f86), 0.35)]),
    );
    let glow = (SIDE * scape.dice.between(0.3, 0.7), SIDE * scape.dice.between(0.3, 0.7));
    let haze = deep.mix(Color::from_hex(0x8a5ad0), 0.5);
    layer.glaze(disc(glow, 430.0), radial(glow, 430.0, &[haze, deep]), 0.45);
    crate::paint::scenery::sky::stars(&mut layer, SIDE, &mut scape.dice);
    let at = (SIDE * scape.dice.pick([0.15, 0.86]), SIDE * scape.dice.pick([0.16, 0.84]));
    layer.fill(
        disc(at, 120.0),
        radial((at.0 - 40.0, at.1 - 40.0), 190.0, &[Color::from_hex(0xf2b880), Color::from_hex(0x8a4a5e)]),
    );
    let ring = [(-1.0, 0.12), (-0.2, 0.3), (1.0, -0.2), (0.2, 0.14)].map(|(x, y)| (at.0 + x * 215.0, at.1 + y * 215.0));
    layer.fill(polygon(&ring), Color::from_hex(0xe9d3b0));
    scape.layers.push(layer);
}

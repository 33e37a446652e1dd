//! Where people live: villages and streets.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{Layer, below, joined, polygon, rect, vertical};
use crate::place::spot::{SIDE, Spot};

const WALLS: [u32; 4] = [0xf3e3c8, 0xe9cfae, 0xf6efe2, 0xd9c3ac];
const ROOFS: [u32; 4] = [0xb5533c, 0x9c4436, 0xc46a45, 0x7d4a3f];

/// Houses with gables on a green slope, those behind smaller; `to_front` lets the ground reach the front.
pub(crate) fn village(scape: &mut Scape, wish: &Wish, to_front: bool) {
    let mut ground = Layer::default();
    let green = scape.seen(Color::from_hex(if wish.look.snowy { 0xf3f8fc } else { 0x79ad55 }), 0.1);
    let slope = crate::paint::scenery::land::rolling(scape, scape.horizon - 40.0, 22.0, 2);
    let floor = if to_front { SIDE } else { scape.horizon + 60.0 };
    ground.fill(below(&slope, floor), vertical(scape.horizon - 40.0, SIDE, &[green, shaded(green, -0.2)]));
    scape.layers.push(ground);
    let mut layer = wish.layer();
    let rows: &[(usize, f64, f64, f32)] =
        if to_front { &[(6, 10.0, 170.0, 0.4), (4, 170.0, 250.0, 0.15)] } else { &[(6, -10.0, 150.0, 0.35)] };
    for &(count, drop, width, distance) in rows {
        for i in 0..count {
            let x = SIDE * (i as f64 + 0.5 + scape.dice.jitter(0.18)) / count as f64;
            let foot = (x, scape.horizon + drop + scape.dice.jitter(22.0));
            house(&mut layer, foot, width * scape.dice.between(0.85, 1.1), distance, wish, scape);
        }
    }
    scape.layers.push(layer);
}

/// A house that stands on a place: wall, roof, door and two windows.
fn house(layer: &mut Layer, (x, y): Spot, w: f64, distance: f32, wish: &Wish, scape: &mut Scape) {
    let (plaster, tiles) = (scape.dice.pick(WALLS), scape.dice.pick(ROOFS));
    let wall = scape.seen(wish.look.color_or(Color::from_hex(plaster)), distance);
    let roof = scape.seen(Color::from_hex(if wish.look.snowy { 0xfbfdff } else { tiles }), distance);
    let (h, half) = (w * 0.62, w / 2.0);
    layer.fill(rect(x - half, y - h, w, h), wall);
    layer.fill(polygon(&[(x - half * 1.18, y - h), (x, y - h * 1.85), (x + half * 1.18, y - h)]), roof);
    layer.fill(rect(x - w * 0.09, y - h * 0.56, w * 0.18, h * 0.56), scape.seen(Color::from_hex(0x6a4636), distance));
    let panes = [-0.36, 0.18].map(|dx| rect(x + w * dx, y - h * 0.74, w * 0.18, h * 0.3));
    let light =
        if scape.air.is_dark() { Color::from_hex(0xffdf8a) } else { scape.seen(Color::from_hex(0x86b4cf), 0.1) };
    layer.fill(joined(panes), light);
}

/// A street between two rows of houses that meet far away.
pub(crate) fn street(scape: &mut Scape, wish: &Wish) {
    let vanish = (SIDE / 2.0, scape.horizon);
    let mut layer = wish.layer();
    let pavement = scape.seen(Color::from_hex(0xb9b4aa), 0.05);
    layer.fill(rect(0.0, scape.horizon, SIDE, SIDE), pavement);
    let to = |x: f64, y: f64, t: f64| (vanish.0 + (x - vanish.0) * t, vanish.1 + (y - vanish.1) * t);
    let road = scape.seen(wish.color(0x5d6066), 0.0);
    layer.fill(
        polygon(&[to(SIDE * 0.12, SIDE, 0.06), to(SIDE * 0.88, SIDE, 0.06), (SIDE * 0.88, SIDE), (SIDE * 0.12, SIDE)]),
        road,
    );
    let dash = |(from, until): (f64, f64)| {
        let (l, r) = (SIDE / 2.0 - 16.0, SIDE / 2.0 + 16.0);
        polygon(&[to(l, SIDE, from), to(r, SIDE, from), to(r, SIDE, until), to(l, SIDE, until)])
    };
    layer
        .fill(joined([(0.16, 0.24), (0.34, 0.48), (0.62, 0.86)].map(dash)), scape.seen(Color::from_hex(0xf3e9c6), 0.0));
    let light =
        if scape.air.is_dark() { Color::from_hex(0xffdf8a) } else { scape.seen(Color::from_hex(0x9fc0d3), 0.0) };
    let fronts = [0xc9785a, 0xe0b978, 0x8fa7a0, 0xb58a9c, 0xd9c9ae, 0x7f93b0];
    for left in [true, false] {
        let edge = if left { -0.12 } else { 1.12 } * SIDE;
        for (t, near) in [(0.16, 0.28), (0.28, 0.46), (0.46, 0.72), (0.72, 1.25)] {
            let distance = (0.5 - 0.5 * near) as f32;
            let paint = scape.dice.pick(fronts);
            let front = scape.seen(Color::from_hex(paint), distance.max(0.0));
            let top = -SIDE * scape.dice.between(0.12, 0.5);
            let at = |y: f64, t: f64| to(edge, y, t);
            layer.fill(polygon(&[at(top, t), at(top, near), at(SIDE * 0.86, near), at(SIDE * 0.86, t)]), front);
            layer.fill(windows(&at, top, (t, near)), light);
            layer.fill(
                polygon(&[at(top, t), at(top, near), at(top + 90.0, near), at(top + 90.0, t)]),
                shaded(front, -0.3),
            );
        }
    }
    scape.layers.push(layer);
}

/// Two columns of windows on the front of a house in perspective; `at` gives the place of a height and a depth.
fn windows(at: &impl Fn(f64, f64) -> Spot, top: f64, (far, near): (f64, f64)) -> Geometry {
    let depth = |share: f64| far + (near - far) * share;
    let pane = |(column, row): (f64, usize)| {
        let y = top + 190.0 + 260.0 * row as f64;
        let (a, b) = (depth(column), depth(column + 0.24));
        polygon(&[at(y, a), at(y, b), at(y + 150.0, b), at(y + 150.0, a)])
    };
    let rows = ((SIDE * 0.8 - top) / 260.0) as usize;
    joined([0.16, 0.6].into_iter().flat_map(|column| (0..rows.min(7)).map(move |row| (column, row))).map(pane))
}

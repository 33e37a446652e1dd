//! Rock that stands up: cliffs by the water, canyons, waterfalls.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::scenery::land::blob;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{Layer, joined, oval, polygon, rect, smooth, vertical};
use crate::place::spot::{SIDE, Spot};

/// Cliffs that come in from both sides, lower and farther on one of them.
pub(crate) fn cliffs(scape: &mut Scape, wish: &Wish) {
    let rock = wish.color(0x9b9087);
    let near_left = scape.dice.chance(0.5);
    let mut layer = wish.layer();
    for (left, reach, height, foot, distance) in
        [(!near_left, 0.3, 0.42, 60.0, 0.4), (near_left, 0.42, 0.72, 190.0, 0.05)]
    {
        let (top, base) = (scape.horizon * (1.0 - height), scape.horizon + foot);
        let side = |x: f64| SIDE * if left { x * reach } else { 1.0 - x * reach };
        let lit = scape.seen(rock, distance);
        let drop = base - top;
        let face = [(-0.1, top), (0.5, top + 20.0), (0.66, top + drop * 0.1), (0.72, top + drop * 0.5)];
        let toe = [(0.9, top + drop * 0.6), (1.0, base), (-0.1, base + 10.0)];
        let outline: Vec<Spot> = face.into_iter().chain(toe).map(|(x, y)| (side(x), y)).collect();
        layer.fill(polygon(&outline), lit);
        let cracks = [0.12, 0.3, 0.46, 0.6].map(|x| {
            let (from, to) = (top + drop * (0.16 + 0.2 * x), base - drop * 0.12);
            polygon(&[(side(x), from), (side(x + 0.07), from + 30.0), (side(x + 0.1), to), (side(x + 0.02), to)])
        });
        layer.fill(joined(cracks), shaded(lit, -0.16));
        let turf = [(-0.1, top - 24.0), (0.3, top - 16.0), (0.66, top + 8.0), (0.6, top + 40.0), (-0.1, top + 34.0)];
        let turf: Vec<Spot> = turf.into_iter().map(|(x, y)| (side(x), y)).collect();
        layer.fill(smooth(&turf, true), scape.seen(Color::from_hex(0x6f9c4c), distance));
    }
    scape.layers.push(layer);
}

/// A gorge between banded walls, with table mountains far away.
pub(crate) fn canyon(scape: &mut Scape, wish: &Wish) {
    let rock = wish.color(0xc8703f);
    let mut layer = wish.layer();
    let far = scape.seen(rock, 0.6);
    let mesas: Vec<Geometry> = (0..4).map(|i| mesa(scape, SIDE * (0.1 + 0.27 * f64::from(i)))).collect();
    layer.fill(joined(mesas), far);
    let floor = scape.seen(rock.mix(Color::from_hex(0xf0d09a), 0.45), 0.0);
    let ground = vertical(scape.horizon, SIDE, &[floor.mix(far, 0.5), floor]);
    layer.fill(rect(0.0, scape.horizon, SIDE, SIDE), ground);
    for (reach, lift, foot, distance) in [(0.34, 0.52, 0.3, 0.35), (0.25, 0.82, 1.1, 0.0)] {
        for left in [true, false] {
            let reach = reach * scape.dice.between(0.86, 1.14);
            let top = scape.horizon * (1.0 - lift * scape.dice.between(0.86, 1.0));
            wall(
                &mut layer,
                (top, scape.horizon + (SIDE - scape.horizon) * foot),
                reach,
                left,
                scape.seen(rock, distance),
            );
        }
    }
    scape.layers.push(layer);
}

fn mesa(scape: &mut Scape, x: f64) -> Geometry {
    let (w, h) = (scape.dice.between(110.0, 190.0), scape.horizon * scape.dice.between(0.14, 0.3));
    let (y, base) = (scape.horizon - h, scape.horizon + 20.0);
    polygon(&[(x - w * 1.4, base), (x - w * 0.9, y + h * 0.5), (x - w * 0.8, y), (x + w * 0.8, y), (x + w, base)])
}

/// A wall that steps down towards the middle, in bands of two shades.
fn wall(layer: &mut Layer, (top, base): (f64, f64), reach: f64, left: bool, color: Color) {
    let steps = [(0.55, 0.0), (0.6, 0.22), (0.74, 0.26), (0.78, 0.52), (0.9, 0.56), (0.94, 0.8), (1.1, 1.0)];
    let side = |x: f64| SIDE * if left { x * reach } else { 1.0 - x * reach };
    let at = |(x, t): Spot| (side(x), top + (base - top) * t);
    let outline: Vec<Spot> = std::iter::once((-0.2, 0.0)).chain(steps).chain([(-0.2, 1.0)]).map(at).collect();
    layer.fill(polygon(&outline), color);
    let bands = [(0.08, 0.16), (0.34, 0.4), (0.62, 0.7), (0.84, 0.9)].map(|(from, to)| {
        let edge = |t: f64| steps.iter().take_while(|step| step.1 <= t).last().map_or(0.5, |step| step.0);
        polygon(&[(-0.2, from), (edge(from), from), (edge(from) + 0.02, to), (-0.2, to)].map(at))
    });
    layer.fill(joined(bands), shaded(color, -0.2));
}

/// Water that falls from a wall of rock into a pool.
pub(crate) fn waterfall(scape: &mut Scape, wish: &Wish) {
    let water = wish.color(0xa9d8ef);
    let rock = scape.seen(Color::from_hex(0x6d6f72), 0.15);
    let (top, foot) = (scape.horizon * 0.34, scape.horizon + 190.0);
    let x = SIDE * scape.dice.between(0.42, 0.58);
    let mut bank = Layer::default();
    let wall = [
        (x - 560.0, foot + 10.0),
        (x - 470.0, top + 260.0),
        (x - 330.0, top - 30.0),
        (x - 140.0, top),
        (x + 140.0, top),
        (x + 350.0, top - 60.0),
        (x + 450.0, top + 190.0),
        (x + 590.0, foot + 10.0),
    ];
    bank.fill(polygon(&wall), rock);
    let cracks = [-400.0, -280.0, 230.0, 390.0].map(|dx| {
        polygon(&[(x + dx, top + 190.0), (x + dx + 46.0, top + 220.0), (x + dx + 70.0, foot), (x + dx - 20.0, foot)])
    });
    bank.fill(joined(cracks), shaded(rock, -0.25));
    let grass = scape.seen(Color::from_hex(0x5f9450), 0.0);
    bank.fill(rect(0.0, foot, SIDE, SIDE), vertical(foot, SIDE, &[grass, shaded(grass, -0.2)]));
    scape.layers.push(bank);
    let mut layer = wish.layer();
    let (lit, deep) = (scape.seen(water, 0.0), scape.seen(shaded(water, -0.28), 0.0));
    let pool = (x, foot + 120.0);
    layer.fill(blob(pool, SIDE * 0.4, 190.0, &mut scape.dice), vertical(foot, foot + 300.0, &[lit, deep]));
    layer.fill(polygon(&[(x - 130.0, top), (x + 130.0, top), (x + 170.0, foot + 40.0), (x - 170.0, foot + 40.0)]), lit);
    let strands = [-100.0, -40.0, 26.0, 84.0].map(|dx: f64| {
        polygon(&[(x + dx, top), (x + dx + 20.0, top), (x + dx * 1.3 + 34.0, foot), (x + dx * 1.3, foot)])
    });
    layer.fill(joined(strands), deep);
    let foam = [-150.0, -60.0, 40.0, 140.0].map(|dx| oval((x + dx, foot + 44.0), 90.0, 40.0));
    layer.fill(joined(foam), lit.mix(Color::WHITE, 0.75));
    scape.layers.push(layer);
}

//! Dry land: mountains, hills, plains of snow, dunes, fields, meadows, roads.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::scenery::plants;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{Layer, below, joined, oval, polygon, rect, smooth, vertical};
use crate::place::spot::{SIDE, Spot};

/// A gently waving line across the picture.
pub(crate) fn rolling(scape: &mut Scape, y: f64, swing: f64, waves: usize) -> Vec<Spot> {
    let phase = scape.dice.unit() * std::f64::consts::TAU;
    let step = |i: usize| {
        let t = i as f64 / (2 * waves) as f64;
        let wave = (phase + t * waves as f64 * std::f64::consts::TAU * 0.5).sin();
        (-20.0 + t * (SIDE + 40.0), y + wave * swing)
    };
    (0..=2 * waves).map(step).map(|(x, y)| (x, y + scape.dice.jitter(swing * 0.25))).collect()
}

/// Rolling hills from the horizon to the bottom.
pub(crate) fn hills(scape: &mut Scape, wish: &Wish) {
    let green = wish.color(0x6faa4f);
    let mut layer = wish.layer();
    for (i, (lift, distance)) in [(-120.0, 0.7), (-10.0, 0.4), (150.0, 0.1)].into_iter().enumerate() {
        let y = scape.horizon + lift;
        let line = rolling(scape, y, 70.0 - 12.0 * i as f64, 2 + i);
        let color = scape.seen(green, distance);
        layer.fill(below(&line, SIDE), vertical(y - 60.0, y + 420.0, &[color, shaded(color, -0.16)]));
    }
    scape.layers.push(layer);
}

/// A wide plain of snow with soft drifts.
pub(crate) fn snow(scape: &mut Scape, wish: &Wish) {
    let white = wish.color(0xf6fafd);
    let shadow = scape.seen(white.mix(Color::from_hex(0x8fb2d6), 0.42), 0.0);
    let lit = scape.seen(white, 0.0).mix(white, 0.3);
    let mut layer = wish.layer();
    layer.fill(
        rect(0.0, scape.horizon, SIDE, SIDE - scape.horizon),
        vertical(scape.horizon, SIDE, &[lit.mix(shadow, 0.25), lit]),
    );
    for (i, lift) in [60.0, 200.0, 390.0].into_iter().enumerate() {
        let line = rolling(scape, scape.horizon + lift, 16.0 + 8.0 * i as f64, 2);
        let y = scape.horizon + lift;
        layer.fill(below(&line, SIDE), vertical(y - 20.0, y + 210.0, &[lit, lit.mix(shadow, 0.7)]));
    }
    let tufts: Vec<Geometry> = (0..7)
        .map(|_| {
            let y = scape.dice.between(scape.horizon + 110.0, SIDE - 60.0);
            plants::tuft((scape.dice.between(60.0, SIDE - 60.0), y), 26.0 + 0.05 * (y - scape.horizon))
        })
        .collect();
    layer.line(joined(tufts), scape.seen(Color::from_hex(0x9c8e74), 0.15), 5.0);
    scape.layers.push(layer);
    far_woods(scape);
}

/// A thin row of distant trees along the horizon, and a bare tree nearer.
fn far_woods(scape: &mut Scape) {
    let mut layer = Layer::default();
    let row: Vec<Geometry> = (0..22)
        .map(|_| {
            let x = scape.dice.between(0.0, SIDE);
            plants::conifer((x, scape.horizon + 8.0), scape.dice.between(34.0, 62.0))
        })
        .collect();
    layer.fill(joined(row), scape.seen(Color::from_hex(0x6f8799), 0.55));
    let x = scape.dice.pick([0.2, 0.78]) * SIDE;
    layer.line(plants::bare_tree((x, scape.horizon + 190.0), 330.0), scape.seen(Color::from_hex(0x5b4a42), 0.1), 9.0);
    scape.layers.push(layer);
}

/// Dunes with a lit and a shaded side.
pub(crate) fn desert(scape: &mut Scape, wish: &Wish) {
    let sand = wish.color(0xe3b778);
    let mut layer = wish.layer();
    layer.fill(rect(0.0, scape.horizon, SIDE, SIDE), scape.seen(sand, 0.5));
    for (i, (lift, distance)) in [(-40.0, 0.55), (90.0, 0.3), (260.0, 0.1), (450.0, 0.0)].into_iter().enumerate() {
        let crest = SIDE * scape.dice.between(0.2, 0.8);
        let y = scape.horizon + lift;
        let h = 70.0 + 45.0 * i as f64;
        let lit = scape.seen(sand, distance);
        let line = [
            (-20.0, y + h * 0.7),
            (crest * 0.5, y + h * 0.4),
            (crest, y - h * 0.4),
            (crest + 0.5 * (SIDE - crest), y + h * 0.5),
            (SIDE + 20.0, y + h * 0.8),
        ];
        layer.fill(below(&line, SIDE), lit);
        let foot = [
            (crest, y - h * 0.4),
            (crest + 0.5 * (SIDE - crest), y + h * 0.5),
            (SIDE + 20.0, y + h * 0.8),
            (SIDE + 20.0, SIDE),
            (crest + 160.0, SIDE),
            (crest - 60.0, y + 1.2 * h),
        ];
        layer.fill(polygon(&foot), shaded(lit, -0.14));
    }
    scape.layers.push(layer);
}

/// A field with furrows that meet far away.
pub(crate) fn field(scape: &mut Scape, wish: &Wish) {
    let crop = wish.color(0xd9b24c);
    let mut layer = wish.layer();
    let (near, far) = (scape.seen(crop, 0.0), scape.seen(crop, 0.35));
    layer.fill(rect(0.0, scape.horizon, SIDE, SIDE), vertical(scape.horizon, SIDE, &[far, near]));
    let vanish = (SIDE * scape.dice.between(0.4, 0.6), scape.horizon - 30.0);
    let rows: Vec<Geometry> = (-7..8)
        .map(|i| {
            let x = vanish.0 + f64::from(i) * 300.0;
            let at = |x: f64, t: f64| (vanish.0 + (x - vanish.0) * t, vanish.1 + (SIDE - vanish.1) * t);
            let t = 30.0 / (SIDE - vanish.1);
            polygon(&[at(x, t), at(x + 120.0, t), at(x + 120.0, 1.0), at(x, 1.0)])
        })
        .collect();
    layer.fill(joined(rows), vertical(scape.horizon, SIDE, &[shaded(far, -0.1), shaded(near, -0.22)]));
    let heads: Vec<Geometry> = (0..46)
        .map(|_| {
            let t = scape.dice.unit();
            let y = scape.horizon + 30.0 + (SIDE - scape.horizon - 60.0) * t * t.sqrt();
            let r = 5.0 + 17.0 * t;
            oval((scape.dice.between(0.0, SIDE), y), r * 0.75, r)
        })
        .collect();
    layer.fill(joined(heads), shaded(near, 0.32));
    scape.layers.push(layer);
}

/// Grassland with tufts and flowers.
pub(crate) fn meadow(scape: &mut Scape, wish: &Wish) {
    let green = wish.color(0x78b84a);
    let mut layer = wish.layer();
    for (lift, distance, waves) in [(-30.0, 0.45, 2), (60.0, 0.2, 2), (300.0, 0.0, 3)] {
        let y = scape.horizon + lift;
        let line = rolling(scape, y, 24.0, waves);
        let color = scape.seen(green, distance);
        layer.fill(below(&line, SIDE), vertical(y, y + 500.0, &[color, shaded(color, -0.13)]));
    }
    let tufts: Vec<Geometry> = (0..24).map(|_| plants::tuft(nearby(scape), 34.0)).collect();
    layer.line(joined(tufts), scape.seen(shaded(green, -0.35), 0.0), 6.0);
    for hex in [0xfff4d6, 0xffd34d] {
        let flowers: Vec<Geometry> = (0..12).map(|_| plants::flower(nearby(scape), 13.0)).collect();
        if !scape.air.absent.flowers {
            layer.fill(joined(flowers), scape.seen(Color::from_hex(hex), 0.0));
        }
    }
    scape.layers.push(layer);
}

/// A place on the ground, the lower the likelier.
fn nearby(scape: &mut Scape) -> Spot {
    let t = scape.dice.unit().sqrt();
    (scape.dice.between(0.0, SIDE), scape.horizon + 90.0 + (SIDE - scape.horizon - 110.0) * t)
}

/// A road that runs to the horizon, through grass unless there is other ground.
pub(crate) fn road(scape: &mut Scape, wish: &Wish, with_ground: bool) {
    if with_ground {
        let mut ground = Layer::default();
        ground.fill(
            rect(0.0, scape.horizon, SIDE, SIDE),
            vertical(
                scape.horizon,
                SIDE,
                &[scape.seen(Color::from_hex(0x8fb56a), 0.35), scape.seen(Color::from_hex(0x7ca555), 0.0)],
            ),
        );
        scape.layers.push(ground);
    }
    let gray = scape.seen(wish.color(0x5d6066), 0.0);
    let mark = scape.seen(Color::from_hex(0xf3e9c6), 0.0);
    let mut layer = wish.layer();
    let bend = if wish.look.winding { scape.dice.pick([-1.0, 1.0]) } else { 0.0 };
    let (h, middle) = (scape.horizon, SIDE / 2.0);
    let narrow = if wish.look.winding { 0.55 } else { 1.0 };
    // Shares of the way to the front; the road swings the wider the nearer it is.
    let at = |side: f64, t: f64| {
        let swing = bend * (1.0 - t) * (0.05 + 0.9 * t) * (t * 7.5).sin() * SIDE * 0.55;
        (middle + swing + side * (40.0 + (middle - 100.0) * t) * narrow, h + (SIDE - h) * t)
    };
    let steps = |from: f64, to: f64| (0..=24).map(move |i| from + (to - from) * f64::from(i) / 24.0);
    let strip = |width: f64, from: f64, to: f64| {
        let left = steps(from, to).map(|t| at(-width, t));
        let right = steps(to, from).map(|t| at(width, t));
        polygon(&left.chain(right).collect::<Vec<_>>())
    };
    layer.fill(strip(1.0, 0.0, 1.0), gray);
    let dashes = [(0.12, 0.2), (0.28, 0.4), (0.5, 0.66), (0.8, 1.0)].map(|(from, to)| strip(0.02, from, to));
    layer.fill(joined(dashes), mark);
    scape.layers.push(layer);
}

/// A blob on the ground.
pub(crate) fn blob((x, y): Spot, rx: f64, ry: f64, dice: &mut crate::dice::Dice) -> Geometry {
    let rim = crate::paint::sketch::regular(10, (0.0, 0.0), 1.0, 0.0);
    let spots: Vec<Spot> = rim
        .into_iter()
        .map(|(ux, uy)| (x + ux * rx * dice.between(0.9, 1.06), y + uy * ry * dice.between(0.9, 1.06)))
        .collect();
    smooth(&spots, true)
}

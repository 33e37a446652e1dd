//! Seas, lakes, lagoons, rivers, beaches and what is under water.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::scenery::land::blob;
use crate::paint::scenery::plants;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{Layer, below, joined, oval, rect, smooth, vertical};
use crate::place::spot::{SIDE, Spot};
use crate::read::meaning::Time;

/// Open water from the horizon to the bottom.
pub(crate) fn sea(scape: &mut Scape, wish: &Wish) {
    let blue = wish.color(0x1f7fb5);
    let mut layer = wish.layer();
    let (far, near) = (scape.seen(blue.mix(Color::WHITE, 0.12), 0.35), scape.seen(shaded(blue, -0.22), 0.0));
    layer.fill(rect(0.0, scape.horizon, SIDE, SIDE - scape.horizon), vertical(scape.horizon, SIDE, &[far, near]));
    if scape.air.time != Time::Day {
        let glow = scape.air.horizon();
        let bars = (0..7).map(|i| {
            let y = scape.horizon + 14.0 + 34.0 * f64::from(i);
            oval((SIDE / 2.0 + scape.dice.jitter(60.0), y), 60.0 + 26.0 * f64::from(i), 6.0 + f64::from(i))
        });
        layer.glaze(joined(bars.collect::<Vec<_>>()), glow, 0.5);
    }
    for row in 0..6 {
        let t = f64::from(row) / 5.0;
        let y = scape.horizon + 50.0 + (SIDE - scape.horizon - 120.0) * t * t.sqrt().max(0.3);
        let crests: Vec<Geometry> = (0..(7 - row))
            .map(|_| crest((scape.dice.between(0.0, SIDE), y + scape.dice.jitter(18.0)), 60.0 + 90.0 * t))
            .collect();
        layer.line(joined(crests), near.mix(Color::WHITE, 0.45), 5.0 + 7.0 * t);
    }
    scape.layers.push(layer);
}

/// The line of a wave.
fn crest((x, y): Spot, w: f64) -> Geometry {
    smooth(&[(x - w, y), (x - w * 0.5, y - w * 0.16), (x, y), (x + w * 0.5, y - w * 0.16), (x + w, y)], false)
}

/// Still water between shores.
pub(crate) fn lake(scape: &mut Scape, wish: &Wish) {
    let blue = wish.color(0x3a93c4);
    far_bank(scape, wish.autumnal);
    shore(scape, 0x7aa855);
    let mut layer = wish.layer();
    let (top, bottom) = (scape.horizon + 36.0, SIDE - 120.0);
    let (far, near) = (scape.seen(blue.mix(Color::WHITE, 0.25), 0.3), scape.seen(blue, 0.0));
    let rim = [
        (-40.0, top),
        (SIDE * 0.3, top - 8.0),
        (SIDE * 0.7, top + 4.0),
        (SIDE + 40.0, top),
        (SIDE + 60.0, bottom - 60.0),
        (SIDE * 0.7, bottom + 20.0),
        (SIDE * 0.35, bottom - 10.0),
        (-60.0, bottom - 50.0),
    ];
    layer.fill(smooth(&rim, true), vertical(top, bottom, &[far, near]));
    glints(scape, &mut layer, (top, bottom), near);
    scape.layers.push(layer);
}

/// Hills and trees beyond the water.
fn far_bank(scape: &mut Scape, autumnal: bool) {
    let (slope, leaf) = if autumnal { (0xb08a4f, 0xc9702f) } else { (0x5f9068, 0x3f7350) };
    let mut layer = Layer::default();
    let line = crate::paint::scenery::land::rolling(scape, scape.horizon - 70.0, 46.0, 3);
    layer.fill(below(&line, scape.horizon + 60.0), scape.seen(Color::from_hex(slope), 0.6));
    let tree = |_| {
        let h = scape.dice.between(70.0, 140.0);
        plants::conifer((scape.dice.between(0.0, SIDE), scape.horizon + 16.0), h)
    };
    let trees: Vec<Geometry> = (0..20).map(tree).collect();
    layer.fill(joined(trees), scape.seen(Color::from_hex(leaf), 0.4));
    scape.layers.push(layer);
}

fn shore(scape: &mut Scape, usual: u32) {
    let mut ground = Layer::default();
    let color = scape.seen(Color::from_hex(usual), 0.15);
    let line = crate::paint::scenery::land::rolling(scape, scape.horizon, 14.0, 2);
    ground.fill(below(&line, SIDE), vertical(scape.horizon, SIDE, &[color, shaded(color, -0.18)]));
    scape.layers.push(ground);
}

fn glints(scape: &mut Scape, layer: &mut Layer, (top, bottom): (f64, f64), color: Color) {
    let glint = |_| {
        let t = scape.dice.unit();
        let y = top + 40.0 + (bottom - top - 110.0) * t;
        oval((scape.dice.between(SIDE * 0.12, SIDE * 0.88), y), 40.0 + 80.0 * t, 4.0 + 4.0 * t)
    };
    let glints: Vec<Geometry> = (0..14).map(glint).collect();
    layer.fill(joined(glints), color.mix(Color::WHITE, 0.4));
}

/// A round pool within sand, with palms and a far shore.
pub(crate) fn lagoon(scape: &mut Scape, wish: &Wish) {
    let water = wish.color(0x2fb8b0);
    let mut far = Layer::default();
    let line = crate::paint::scenery::land::rolling(scape, scape.horizon - 46.0, 26.0, 3);
    far.fill(below(&line, scape.horizon + 60.0), scape.seen(Color::from_hex(0x4d8a57), 0.45));
    let sand = scape.seen(Color::from_hex(0xf0dcae), 0.05);
    far.fill(
        rect(0.0, scape.horizon + 10.0, SIDE, SIDE),
        vertical(scape.horizon, SIDE, &[shaded(sand, -0.05), shaded(sand, -0.16)]),
    );
    scape.layers.push(far);
    let mut layer = wish.layer();
    let center = (SIDE * 0.5, scape.horizon + (SIDE - scape.horizon) * 0.46);
    let (rx, ry) = (SIDE * 0.47, (SIDE - scape.horizon) * 0.36);
    let rim = scape.seen(water, 0.0);
    layer.fill(blob(center, rx * 1.03, ry * 1.05, &mut scape.dice), rim.mix(Color::WHITE, 0.55));
    layer.fill(
        blob(center, rx, ry, &mut scape.dice),
        vertical(center.1 - ry, center.1 + ry, &[rim.mix(Color::WHITE, 0.22), rim]),
    );
    layer.fill(blob((center.0, center.1 + ry * 0.12), rx * 0.7, ry * 0.62, &mut scape.dice), shaded(rim, -0.1));
    glints(scape, &mut layer, (center.1 - ry, center.1 + ry), rim);
    scape.layers.push(layer);
    palms(scape);
}

/// Palms at both sides.
pub(crate) fn palms(scape: &mut Scape) {
    let (bark, leaf) = (scape.seen(Color::from_hex(0x8a6242), 0.0), scape.seen(Color::from_hex(0x3d8b4f), 0.0));
    let mut layer = Layer::default();
    for (t, lean, h) in [(0.06, 0.14, 620.0), (0.17, 0.24, 460.0), (0.93, -0.2, 560.0)] {
        let y = scape.horizon + scape.dice.between(150.0, 230.0);
        plants::palm(&mut layer, (SIDE * t, y), h, lean, bark, leaf);
    }
    scape.layers.push(layer);
}

/// A river that winds to the front.
pub(crate) fn river(scape: &mut Scape, wish: &Wish, with_ground: bool) {
    if with_ground {
        shore(scape, 0x7fb257);
    }
    let blue = wish.color(0x3f9bd0);
    let mut layer = wish.layer();
    let (h, d) = (scape.horizon, SIDE - scape.horizon);
    let bend = scape.dice.pick([-1.0, 1.0]);
    let at = |x: f64, t: f64| (SIDE * 0.5 + bend * x * SIDE, h + d * t);
    let left = [at(0.02, 0.0), at(0.1, 0.12), at(-0.16, 0.36), at(-0.02, 0.62), at(-0.44, 1.02)];
    let right = [at(0.26, 1.02), at(0.34, 0.62), at(0.04, 0.36), at(0.2, 0.12), at(0.05, 0.0)];
    let color = scape.seen(blue, 0.0);
    let spots: Vec<Spot> = left.into_iter().chain(right).collect();
    layer.fill(smooth(&spots, true), vertical(h, SIDE, &[color.mix(Color::WHITE, 0.3), color]));
    let ripples =
        [(0.0, 0.34), (0.08, 0.56), (0.12, 0.72), (-0.06, 0.86)].map(|(x, t)| crest(at(x, t), 30.0 + 70.0 * t));
    layer.line(joined(ripples), color.mix(Color::WHITE, 0.5), 8.0);
    scape.layers.push(layer);
}

/// Sand in front of the sea, or with its own strip of sea.
pub(crate) fn beach(scape: &mut Scape, wish: &Wish, with_sea: bool) {
    if with_sea {
        sea(scape, &Wish::default());
    }
    let sand = scape.seen(wish.color(0xf1d7a0), 0.0);
    let mut layer = wish.layer();
    let y = scape.horizon + (SIDE - scape.horizon) * 0.42;
    let line = [
        (-20.0, y + 90.0),
        (SIDE * 0.25, y + 20.0),
        (SIDE * 0.55, y + 50.0),
        (SIDE * 0.8, y - 20.0),
        (SIDE + 20.0, y + 10.0),
    ];
    let lifted = line.map(|(x, y)| (x, y - 26.0));
    layer.fill(below(&lifted, SIDE), Color::WHITE.mix(sand, 0.25));
    layer.fill(below(&line, SIDE), vertical(y, SIDE, &[shaded(sand, -0.1), sand]));
    let grains: Vec<Geometry> = (0..16)
        .map(|_| oval((scape.dice.between(0.0, SIDE), scape.dice.between(y + 120.0, SIDE)), 16.0, 6.0))
        .collect();
    layer.fill(joined(grains), shaded(sand, -0.16));
    scape.layers.push(layer);
}

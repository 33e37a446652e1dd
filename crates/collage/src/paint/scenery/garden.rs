//! Tended land: gardens and orchards.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::paint::scenery::plants;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::paint::sketch::{Layer, below, disc, joined, oval, polyline, rect, smooth, vertical};
use crate::place::spot::{SIDE, Spot};

/// Colours of flowers in a bed.
const BLOOMS: [u32; 4] = [0xe2445c, 0xffc93c, 0xf7f3ff, 0xb45ad6];

/// A lawn with a hedge behind, a path that winds in, and beds of flowers at both sides.
pub(crate) fn garden(scape: &mut Scape, wish: &Wish) {
    let green = wish.color(0x74b653);
    let mut layer = wish.layer();
    let hedge = scape.seen(shaded(green, -0.35), 0.25);
    let tops = (0..9).map(|i| {
        let x = SIDE * (f64::from(i) + 0.5) / 9.0;
        oval((x, scape.horizon + 10.0), 120.0, 96.0 + scape.dice.jitter(20.0))
    });
    layer.fill(joined(tops.collect::<Vec<_>>()), hedge);
    let lawn = scape.seen(green, 0.0);
    layer.fill(rect(0.0, scape.horizon, SIDE, SIDE), vertical(scape.horizon, SIDE, &[lawn, shaded(lawn, -0.12)]));
    let (h, d) = (scape.horizon, SIDE - scape.horizon);
    let bend = scape.dice.pick([-1.0, 1.0]);
    let at = |x: f64, t: f64| (SIDE * (0.5 + bend * x), h + d * t);
    let left = [at(-0.03, 0.0), at(0.06, 0.3), at(-0.12, 0.6), at(-0.2, 1.03)];
    let right = [at(0.2, 1.03), at(0.06, 0.6), at(0.14, 0.3), at(0.02, 0.0)];
    layer.fill(
        smooth(&left.into_iter().chain(right).collect::<Vec<_>>(), true),
        scape.seen(Color::from_hex(0xe6d3ad), 0.0),
    );
    for (number, (x, t)) in [(0.13, 0.3), (0.88, 0.26), (0.11, 0.72), (0.89, 0.7)].into_iter().enumerate() {
        bed(&mut layer, (SIDE * x, h + d * t), 0.6 + 0.6 * t, BLOOMS[number], scape);
    }
    scape.layers.push(layer);
}

/// A bed of flowers in one colour.
fn bed(layer: &mut Layer, (x, y): Spot, scale: f64, bloom: u32, scape: &mut Scape) {
    let soil = scape.seen(Color::from_hex(0x6b4a35), 0.0);
    layer.fill(oval((x, y), 190.0 * scale, 60.0 * scale), soil);
    let heads: Vec<Spot> = (0..9)
        .map(|i| {
            (
                x + scale * (38.0 * (f64::from(i) - 4.0) + scape.dice.jitter(12.0)),
                y - scale * scape.dice.between(60.0, 130.0),
            )
        })
        .collect();
    let stems = heads.iter().map(|&(hx, hy)| polyline(&[(hx, y), (hx, hy)]));
    layer.line(joined(stems.collect::<Vec<_>>()), scape.seen(Color::from_hex(0x3f7f3f), 0.0), 9.0 * scale);
    if scape.air.absent.flowers {
        return;
    }
    let flowers = heads.iter().map(|&head| plants::flower(head, 34.0 * scale));
    layer.fill(joined(flowers.collect::<Vec<_>>()), scape.seen(Color::from_hex(bloom), 0.0));
}

/// Rows of round trees with fruit on a meadow.
pub(crate) fn orchard(scape: &mut Scape, wish: &Wish) {
    let leaf = wish.color(0x5f9f45);
    let mut ground = Layer::default();
    let grass = scape.seen(Color::from_hex(0x86bd5b), 0.1);
    let line = crate::paint::scenery::land::rolling(scape, scape.horizon, 14.0, 2);
    ground.fill(below(&line, SIDE), vertical(scape.horizon, SIDE, &[grass, shaded(grass, -0.16)]));
    scape.layers.push(ground);
    let mut layer = wish.layer();
    for (count, drop, r, distance) in [(7, 60.0, 84.0, 0.4), (5, 200.0, 126.0, 0.2), (4, 430.0, 180.0, 0.0)] {
        let feet: Vec<Spot> = (0..count)
            .map(|i| (SIDE * (f64::from(i) + 0.5 + scape.dice.jitter(0.12)) / f64::from(count), scape.horizon + drop))
            .collect();
        trees(&mut layer, &feet, r, scape.seen(leaf, distance), scape);
    }
    scape.layers.push(layer);
}

fn trees(layer: &mut Layer, feet: &[Spot], r: f64, leaf: Color, scape: &mut Scape) {
    let trunks = feet.iter().map(|&(x, y)| rect(x - r * 0.1, y - r * 0.9, r * 0.2, r * 0.9));
    layer.fill(joined(trunks.collect::<Vec<_>>()), scape.seen(Color::from_hex(0x7a553b), 0.1));
    let crowns = feet.iter().map(|&(x, y)| disc((x, y - r * 1.6), r));
    layer.fill(joined(crowns.collect::<Vec<_>>()), leaf);
    let lights = feet.iter().map(|&(x, y)| disc((x - r * 0.25, y - r * 1.85), r * 0.55));
    layer.fill(joined(lights.collect::<Vec<_>>()), shaded(leaf, 0.16));
    let fruit: Vec<Geometry> = feet
        .iter()
        .flat_map(|&(x, y)| (0..6).map(move |_| (x, y)))
        .map(|(x, y)| disc((x + scape.dice.jitter(r * 0.7), y - r * 1.6 + scape.dice.jitter(r * 0.66)), r * 0.1))
        .collect();
    layer.fill(joined(fruit), scape.seen(Color::from_hex(0xd93b3b), 0.0));
}

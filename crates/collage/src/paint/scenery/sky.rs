//! The sky: its colours, sun, moon, stars and clouds.

use linocut_svg::{Color, Geometry};

use crate::colour::shaded;
use crate::dice::Dice;
use crate::paint::air::Air;
use crate::paint::sketch::{Layer, disc, joined, polygon, polyline, radial, rect, smooth, vertical};
use crate::place::spot::{SIDE, Spot};
use crate::read::meaning::{Time, Weather};

/// The whole sky down to the horizon; everything in it stands for the same words.
pub(crate) fn paint(air: &Air, words: &[usize], horizon: f64, bodies: bool, dice: &mut Dice) -> Layer {
    let mut layer = Layer::new(words);
    layer.fill(rect(0.0, 0.0, SIDE, SIDE), vertical(0.0, horizon, &air.sky));
    if air.is_dark() && !air.absent.stars && matches!(air.weather, Weather::Starry | Weather::Clear) {
        stars(&mut layer, horizon, dice);
    }
    if bodies {
        lights(&mut layer, air, horizon, dice);
    }
    weather(&mut layer, air, horizon, dice);
    layer
}

/// Stars of two sizes, each size one shape.
pub(crate) fn stars(layer: &mut Layer, horizon: f64, dice: &mut Dice) {
    for (count, radius, color) in [(46, (4.0, 7.0), 0xc9d6ff), (16, (11.0, 20.0), 0xffffff)] {
        let star = |_| {
            let center = (dice.between(20.0, SIDE - 20.0), dice.between(15.0, horizon * 0.95));
            sparkle(center, dice.between(radius.0, radius.1))
        };
        let stars: Vec<Geometry> = (0..count).map(star).collect();
        layer.fill(joined(stars), Color::from_hex(color));
    }
}

/// A star of four points.
fn sparkle((x, y): Spot, r: f64) -> Geometry {
    let s = r * 0.28;
    polygon(&[
        (x, y - r),
        (x + s, y - s),
        (x + r, y),
        (x + s, y + s),
        (x, y + r),
        (x - s, y + s),
        (x - r, y),
        (x - s, y - s),
    ])
}

fn lights(layer: &mut Layer, air: &Air, horizon: f64, dice: &mut Dice) {
    let side = dice.pick([0.24, 0.5, 0.74]) * SIDE;
    match (air.time, air.weather) {
        (_, Weather::Stormy | Weather::Foggy | Weather::Rainy | Weather::Snowing) => {}
        (Time::Night, Weather::Cloudy) => {}
        (Time::Night, _) if air.absent.moon => {}
        (Time::Dusk | Time::Dawn | Time::Day, _) if air.absent.sun => {}
        (Time::Night, _) => moon(layer, (dice.pick([0.2, 0.8]) * SIDE, 0.17 * SIDE), 78.0, dice),
        (Time::Dusk | Time::Dawn, _) => sun(layer, (side, horizon - dice.between(20.0, 110.0)), 120.0, air),
        (_, Weather::Cloudy) => {}
        _ => sun(layer, (dice.pick([0.18, 0.82]) * SIDE, 0.16 * SIDE), 86.0, air),
    }
}

fn sun(layer: &mut Layer, center: Spot, radius: f64, air: &Air) {
    let low = air.time != Time::Day;
    let core = Color::from_hex(if low { 0xfff0b8 } else { 0xfff3a8 });
    let glow = Color::from_hex(if low { 0xffb347 } else { 0xffe873 });
    layer.glaze(disc(center, radius * 2.0), glow, 0.25);
    layer.glaze(disc(center, radius * 1.45), glow, 0.35);
    layer.fill(disc(center, radius), radial(center, radius, &[core, core.mix(glow, 0.5)]));
}

fn moon(layer: &mut Layer, center: Spot, radius: f64, dice: &mut Dice) {
    let pale = Color::from_hex(0xf7f1d0);
    layer.glaze(disc(center, radius * 1.6), pale, 0.12);
    if dice.chance(0.5) {
        return layer.fill(crate::paint::flats::crescent(center, radius, -0.5), pale);
    }
    layer.fill(disc(center, radius), pale);
    let craters = [(-0.3, -0.2, 0.2), (0.3, 0.25, 0.26), (0.15, -0.4, 0.12)];
    let crater = |(x, y, r): (f64, f64, f64)| disc((center.0 + x * radius, center.1 + y * radius), r * radius);
    layer.fill(joined(craters.map(crater)), shaded(pale, -0.12));
}

fn weather(layer: &mut Layer, air: &Air, horizon: f64, dice: &mut Dice) {
    let white = air.sky[0].mix(Color::WHITE, 0.8);
    match air.weather {
        Weather::Cloudy => clouds(layer, &[white, shaded(white, -0.12)], 7, horizon, dice),
        Weather::Stormy => {
            clouds(layer, &[Color::from_hex(0x59636f), Color::from_hex(0x3c4550)], 8, horizon, dice);
            bolt(layer, (dice.between(0.3, 0.7) * SIDE, horizon * 0.35), horizon * 0.5);
        }
        Weather::Rainy => {
            clouds(layer, &[Color::from_hex(0x9aa7b1), Color::from_hex(0x7d8b96)], 6, horizon, dice);
        }
        Weather::Clear | Weather::Sunny if air.time != Time::Night && !air.absent.clouds => {
            let count = dice.whole(2, 3);
            clouds(layer, &[air.sky[1].mix(Color::WHITE, 0.72)], count, horizon, dice);
        }
        _ => {}
    }
}

/// Clouds from back to front, spread over the width.
fn clouds(layer: &mut Layer, colors: &[Color], count: usize, horizon: f64, dice: &mut Dice) {
    for i in 0..count {
        let x = SIDE * (i as f64 + 0.5 + dice.jitter(0.3)) / count as f64;
        let y = horizon * dice.between(0.1, 0.5);
        let width = dice.between(300.0, 460.0);
        let color = colors[i % colors.len()];
        layer.fill(cloud((x, y), width, dice), vertical(y - width * 0.3, y + 30.0, &[shaded(color, 0.3), color]));
    }
}

/// A flat-bottomed cloud.
fn cloud((x, y): Spot, width: f64, dice: &mut Dice) -> Geometry {
    let w = width / 2.0;
    let lift = dice.between(0.8, 1.15);
    let spots = [
        (-1.0, 0.0),
        (-0.95, -0.22),
        (-0.62, -0.26),
        (-0.5, -0.55 * lift),
        (-0.1, -0.62),
        (0.1, -0.44),
        (0.38, -0.62 * lift),
        (0.66, -0.3),
        (0.95, -0.24),
        (1.0, 0.0),
        (0.5, 0.05),
        (-0.5, 0.05),
    ];
    smooth(&spots.map(|(px, py)| (x + px * w, y + py * w)), true)
}

fn bolt(layer: &mut Layer, (x, y): Spot, h: f64) {
    let spots = [(0.1, 0.0), (-0.14, 0.52), (0.0, 0.5), (-0.1, 1.0), (0.18, 0.4), (0.04, 0.42), (0.22, 0.0)];
    layer.fill(polygon(&spots.map(|(px, py)| (x + px * h, y + py * h))), Color::from_hex(0xffe45e));
}

/// What falls in front of everything: rain or snow. Empty in other weather.
pub(crate) fn falling(air: &Air, words: &[usize], dice: &mut Dice) -> Layer {
    let mut layer = Layer::new(words);
    let mut spots = |count: usize| -> Vec<Spot> {
        (0..count).map(|_| (dice.between(0.0, SIDE), dice.between(0.0, SIDE))).collect()
    };
    match air.weather {
        Weather::Rainy => {
            let drops = spots(70).into_iter().map(|(x, y)| polyline(&[(x, y), (x - 22.0, y + 80.0)]));
            layer.line(joined(drops), Color::from_hex(0xc6dcec), 5.0);
        }
        Weather::Snowing => {
            let flakes = spots(80).into_iter().enumerate().map(|(i, spot)| sparkle(spot, 8.0 + (i % 3) as f64 * 5.0));
            layer.fill(joined(flakes), Color::WHITE);
        }
        _ => {}
    }
    layer
}

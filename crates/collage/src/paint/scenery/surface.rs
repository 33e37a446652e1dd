//! Surfaces that things lie on or stand before, and where things are at home.

use linocut_svg::Color;

use crate::colour::shaded;
use crate::dice::Dice;
use crate::paint::cloth::fabric;
use crate::paint::scenery::scape::Scape;
use crate::paint::sketch::{Layer, joined, polygon, rect, turned, vertical};
use crate::paint::thing::plain_ground;
use crate::place::spot::Place;
use crate::place::spot::{SIDE, Spot};
use crate::read::colour_words::material_color;
use crate::read::meaning::{Material, Surface};
use crate::read::reading::{Noun, Phrase};

const FULL: [Spot; 4] = [(0.0, 0.0), (SIDE, 0.0), (SIDE, SIDE), (0.0, SIDE)];

/// Draws a surface.
pub(crate) fn paint(phrase: &Phrase, dice: &mut Dice) -> Vec<Layer> {
    let Noun::Surface(surface) = phrase.noun else { return Vec::new() };
    let color = phrase.look.color_or(material_color(phrase.look.material).unwrap_or(Color::from_hex(0xd8cbb8)));
    let mut layer = Layer::new(&phrase.words);
    match surface {
        Surface::Sheet => return vec![sheet(phrase, color, dice)],
        Surface::Table => table(&mut layer, color),
        Surface::Cloth => draped(&mut layer, phrase, color),
        Surface::Wall | Surface::Ground if phrase.look.material == Some(Material::Brick) => bricks(&mut layer, color),
        Surface::Ground | Surface::Wall if phrase.look.pattern.is_some() || phrase.look.material.is_some() => {
            fabric::fill(&mut layer, &FULL, &phrase.look, color);
        }
        Surface::Ground | Surface::Wall => return vec![Layer { words: phrase.words.clone(), ..plain_ground(color) }],
    }
    vec![layer]
}

/// A leaning sheet; a translucent one lets stripes behind it through.
fn sheet(phrase: &Phrase, color: Color, dice: &mut Dice) -> Layer {
    let mut layer = Layer::new(&phrase.words);
    let lean = dice.pick([-0.12, 0.12]);
    let middle = (SIDE / 2.0, SIDE / 2.0);
    let corner = |(x, y): Spot| (middle.0 + x * SIDE, middle.1 + y * SIDE);
    let plate = turned(&[(-0.42, -0.4), (0.42, -0.4), (0.42, 0.4), (-0.42, 0.4)].map(corner), middle, lean);
    if phrase.look.translucent {
        let bars = (0..5).map(|i| rect(0.0, SIDE * (0.08 + 0.2 * f64::from(i)), SIDE, SIDE * 0.05));
        layer.fill(joined(bars), Color::from_hex(0x5f7d95));
        layer.glaze(polygon(&plate), color, 0.72);
    } else {
        layer.fill(polygon(&plate), color);
    }
    let shine = |from: f64, width: f64| {
        let spots = [(from, -0.4), (from + width, -0.4), (from + width - 0.3, 0.4), (from - 0.3, 0.4)];
        polygon(&turned(&spots.map(corner), middle, lean))
    };
    layer.glaze(joined([shine(0.0, 0.1), shine(0.16, 0.04)]), Color::WHITE, 0.4);
    layer.line(polygon(&plate), shaded(color, -0.25), 8.0);
    layer
}

fn table(layer: &mut Layer, color: Color) {
    let wall = Color::from_hex(0xe9e1d4);
    layer.fill(rect(0.0, 0.0, SIDE, SIDE), vertical(0.0, SIDE * 0.6, &[wall, shaded(wall, -0.1)]));
    layer.fill(rect(0.0, SIDE * 0.58, SIDE, SIDE * 0.42), vertical(SIDE * 0.58, SIDE, &[color, shaded(color, -0.25)]));
    let grain = (0..5).map(|i| rect(0.0, SIDE * (0.64 + 0.075 * f64::from(i)), SIDE, 6.0));
    layer.fill(joined(grain), shaded(color, -0.3));
}

fn draped(layer: &mut Layer, phrase: &Phrase, color: Color) {
    fabric::fill(layer, &FULL, &phrase.look, color);
    let base = phrase.look.color_or(color);
    let fold = |i: i32| {
        let x = SIDE * (0.08 + 0.21 * f64::from(i));
        polygon(&[(x, 0.0), (x + 70.0, 0.0), (x + 190.0, SIDE), (x + 60.0, SIDE)])
    };
    layer.glaze(joined((0..5).map(fold)), shaded(base, -0.55), 0.3);
    let ridge = |i: i32| {
        let x = SIDE * (0.15 + 0.21 * f64::from(i));
        polygon(&[(x, 0.0), (x + 26.0, 0.0), (x + 136.0, SIDE), (x + 90.0, SIDE)])
    };
    layer.glaze(joined((0..5).map(ridge)), shaded(base, 0.6), 0.3);
}

fn bricks(layer: &mut Layer, color: Color) {
    layer.fill(rect(0.0, 0.0, SIDE, SIDE), shaded(color, 0.5));
    let (w, h) = (SIDE / 6.0, SIDE / 13.0);
    let bricks = (0..13).flat_map(|row| {
        let shift = if row % 2 == 0 { 0.0 } else { -0.5 };
        (0..7).map(move |i| rect((f64::from(i) + shift) * w + 7.0, f64::from(row) * h + 7.0, w - 14.0, h - 14.0))
    });
    layer.fill(joined(bricks), color);
}

/// Rocky land at one side of the sea, and the place on top of it.
pub(crate) fn headland(scape: &mut Scape) -> Place {
    let left = scape.dice.chance(0.5);
    let at = |x: f64, y: f64| (if left { x * SIDE } else { (1.0 - x) * SIDE }, y);
    let top = scape.horizon + 40.0;
    let rock = scape.seen(Color::from_hex(0x7d6c5c), 0.0);
    let grass = scape.seen(Color::from_hex(0x6f9c4c), 0.0);
    let mut layer = Layer::default();
    let cliff = [
        at(-0.02, top),
        at(0.5, top + 10.0),
        at(0.56, top + 90.0),
        at(0.52, top + 210.0),
        at(0.6, top + 380.0),
        at(0.54, SIDE + 10.0),
        at(-0.02, SIDE + 10.0),
    ];
    layer.fill(polygon(&cliff), rock);
    let dark = [
        at(0.44, top + 60.0),
        at(0.56, top + 90.0),
        at(0.52, top + 210.0),
        at(0.6, top + 380.0),
        at(0.54, SIDE + 10.0),
        at(0.36, SIDE + 10.0),
        at(0.42, top + 400.0),
        at(0.36, top + 230.0),
    ];
    layer.fill(polygon(&dark), shaded(rock, -0.25));
    let lawn = [
        at(-0.02, top - 30.0),
        at(0.2, top - 46.0),
        at(0.42, top - 16.0),
        at(0.52, top + 16.0),
        at(0.46, top + 60.0),
        at(0.3, top + 50.0),
        at(0.16, top + 84.0),
        at(-0.02, top + 70.0),
    ];
    layer.fill(polygon(&lawn), grass);
    scape.layers.push(layer);
    let size = SIDE * 0.56;
    let (x, _) = at(0.26, 0.0);
    Place { center: (x, top + 20.0 - size * 0.46), size, turn: 0.0 }
}

//! Threads that pass behind and before a thing by turns.

use linocut_svg::Color;

use crate::colour::shaded;
use crate::dice::Dice;
use crate::paint::sketch::{Layer, joined, smooth};
use crate::place::spot::Place;
use crate::place::spot::{SIDE, Spot};

/// The layers of a thing with threads through it: threads, thing, and the pieces of thread that lie before it.
pub(crate) fn around(body: Layer, words: &[usize], color: Color, place: Place, dice: &mut Dice) -> Vec<Layer> {
    let threads: Vec<Vec<Spot>> = (0..5).map(|i| thread(i, place, dice)).collect();
    let (mut behind, mut before) = (Layer::new(words), Layer::new(words));
    strands(&mut behind, &threads, color);
    let pieces: Vec<Vec<Spot>> = threads.iter().enumerate().flat_map(|(i, spots)| fronts(i, spots, place)).collect();
    strands(&mut before, &pieces, color);
    vec![behind, body, before]
}

/// A waving thread across the picture, the even ones level, the odd ones upright.
fn thread(number: usize, place: Place, dice: &mut Dice) -> Vec<Spot> {
    let level = number.is_multiple_of(2);
    let off = ((number as f64 - 2.0) / 5.2) * place.size;
    let phase = dice.between(0.0, 1.0) * std::f64::consts::TAU;
    (0..=24)
        .map(|i| {
            let along = -30.0 + (SIDE + 60.0) * f64::from(i) / 24.0;
            let across = SIDE / 2.0 + off + (phase + f64::from(i) * 0.62).sin() * place.size * 0.09;
            if level { (along, across) } else { (across, along) }
        })
        .collect()
}

/// The pieces of a thread that lie before the thing: every other stretch of it.
fn fronts(number: usize, spots: &[Spot], place: Place) -> Vec<Vec<Spot>> {
    let reach = place.size * 0.56;
    let near = |spot: &&Spot| (spot.0 - place.center.0).hypot(spot.1 - place.center.1) < reach;
    let inside: Vec<Spot> = spots.iter().filter(near).copied().collect();
    let shift = if number.is_multiple_of(2) { 0 } else { 2 };
    (0..inside.len())
        .skip(shift)
        .step_by(5)
        .map(|i| inside[i..(i + 4).min(inside.len())].to_vec())
        .filter(|piece| piece.len() > 2)
        .collect()
}

fn strands(layer: &mut Layer, threads: &[Vec<Spot>], color: Color) {
    let lines = || joined(threads.iter().map(|spots| smooth(spots, false)));
    layer.line(lines(), shaded(color, -0.45), 34.0);
    layer.line(lines(), color, 24.0);
    layer.line(lines(), shaded(color, 0.4), 6.0);
}

/// Of rings drawn one after the other, the stretches of each that pass over the next.
pub(crate) fn links(rings: &[(Place, Color)], words: &[usize]) -> Layer {
    let mut layer = Layer::new(words);
    for [(ring, color), (next, _)] in rings.array_windows() {
        let (dx, dy) = (next.center.0 - ring.center.0, next.center.1 - ring.center.1);
        let (reach, apart) = (ring.size * 0.42, dx.hypot(dy));
        if apart >= 2.0 * reach {
            continue;
        }
        let crossing = dy.atan2(dx) - (apart / (2.0 * reach)).acos();
        let at = |i: i32| {
            let angle = crossing + 0.42 * f64::from(i) / 6.0;
            (ring.center.0 + reach * angle.cos(), ring.center.1 + reach * angle.sin())
        };
        layer.line(smooth(&(-6..=6).map(at).collect::<Vec<_>>(), false), *color, ring.size * 0.14);
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thing_lies_between_the_threads() {
        let place = Place { center: (768.0, 768.0), size: 900.0, turn: 0.0 };
        let layers = around(Layer::new(&[7]), &[1, 2], Color::BLACK, place, &mut Dice::new(0, 0));
        assert_eq!(
            layers.iter().map(|layer| layer.words.clone()).collect::<Vec<_>>(),
            [vec![1, 2], vec![7], vec![1, 2]]
        );
        assert!(layers[2].shapes.iter().all(|shape| shape.geometry.bounds().is_some()));
    }
}

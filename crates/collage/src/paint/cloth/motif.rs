//! Printed patterns: flowers, drops, chevrons and patches, as many as an outline holds.

use linocut_svg::{Color, Geometry};

use super::clip::{bounds, clipped, inside, is_inside, staggered};
use crate::colour::shaded;
use crate::paint::sketch::{Layer, disc, joined, polygon, smooth, turned};
use crate::place::spot::Spot;
use crate::read::meaning::Pattern;

/// Prints a pattern on an outline that is filled with `base` already; stripes and squares are not printed here.
pub(crate) fn print(layer: &mut Layer, outline: &[Spot], pattern: Pattern, base: Color, second: Color) {
    match pattern {
        Pattern::Floral => {
            layer.fill(petals(outline), second);
            layer.fill(hearts(outline), Color::from_hex(0xf2b134));
        }
        Pattern::Paisley => {
            layer.fill(drops(outline, 46.0), second);
            layer.fill(drops(outline, 24.0), base);
        }
        Pattern::Chevron => layer.fill(chevrons(outline, 96.0, 40.0), second),
        Pattern::Camouflage => {
            layer.fill(patches(outline, 0), shaded(base, -0.45));
            layer.fill(patches(outline, 1), shaded(base, 0.35));
        }
        Pattern::Checkered | Pattern::Striped | Pattern::Dotted | Pattern::Plaid => {}
    }
}

/// Distance of flowers and drops, in units.
const STEP: f64 = 150.0;

fn petals(outline: &[Spot]) -> Geometry {
    let flowers = staggered(outline, STEP).filter(|&center| inside(outline, center, 46.0));
    joined(flowers.flat_map(|(x, y)| {
        (0..5).map(move |i| {
            let angle = std::f64::consts::TAU * f64::from(i) / 5.0;
            disc((x + 25.0 * angle.sin(), y - 25.0 * angle.cos()), 19.0)
        })
    }))
}

fn hearts(outline: &[Spot]) -> Geometry {
    joined(staggered(outline, STEP).filter(|&center| inside(outline, center, 46.0)).map(|center| disc(center, 14.0)))
}

/// Drops with a bent tip, every other one turned round.
fn drops(outline: &[Spot], size: f64) -> Geometry {
    let places = staggered(outline, STEP).enumerate().filter(|(_, center)| inside(outline, *center, 62.0));
    joined(places.map(|(i, center)| {
        let at = |(x, y): Spot| (center.0 + x * size, center.1 + y * size);
        let drop = [(0.0, 0.8), (-0.72, 0.25), (-0.42, -0.45), (0.3, -1.25), (0.5, -1.0), (0.4, -0.4), (0.72, 0.25)];
        let turn = if i % 2 == 0 { 0.5 } else { 3.6 };
        smooth(&turned(&drop.map(at), center, turn), true)
    }))
}

/// Zigzag bands of slanting pieces.
fn chevrons(outline: &[Spot], step: f64, width: f64) -> Geometry {
    let (left, top, right, bottom) = bounds(outline);
    let half = step * 0.75;
    let columns = ((right - left) / half) as usize + 1;
    let rows = ((bottom - top) / step) as usize + 2;
    let cells = (0..rows.min(60)).flat_map(|row| (0..columns.min(60)).map(move |column| (row, column)));
    joined(cells.map(|(row, column)| {
        let (x, y) = (left + column as f64 * half, top + (row as f64 - 0.5) * step);
        let (from, to) = if column % 2 == 0 { (y, y + step / 2.0) } else { (y + step / 2.0, y) };
        polygon(&clipped(outline, &[(x, from), (x + half, to), (x + half, to + width), (x, from + width)]))
    }))
}

/// Soft patches; the two kinds lie between each other.
fn patches(outline: &[Spot], kind: usize) -> Geometry {
    let places = staggered(outline, 120.0).enumerate().filter(|(i, _)| i % 3 == kind);
    joined(places.filter(|(_, center)| is_inside(outline, *center)).map(|(i, center)| {
        let radius = |corner: usize| 54.0 + 26.0 * ((i * 7 + corner * 5) % 4) as f64 / 3.0;
        let spots: Vec<Spot> = (0..7)
            .map(|corner| {
                let angle = std::f64::consts::TAU * corner as f64 / 7.0;
                (center.0 + 1.3 * radius(corner) * angle.cos(), center.1 + 0.8 * radius(corner) * angle.sin())
            })
            .collect();
        let within = spots.iter().all(|&spot| is_inside(outline, spot));
        if within { smooth(&spots, true) } else { disc(center, 0.0) }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOTH: [Spot; 4] = [(100.0, 100.0), (900.0, 100.0), (900.0, 900.0), (100.0, 900.0)];

    #[test]
    fn printed_patterns_stay_on_the_cloth() {
        for pattern in [Pattern::Floral, Pattern::Paisley, Pattern::Chevron, Pattern::Camouflage] {
            let mut layer = Layer::default();
            print(&mut layer, &CLOTH, pattern, Color::BLACK, Color::WHITE);
            assert!(!layer.shapes.is_empty(), "{pattern:?}");
            for shape in &layer.shapes {
                let (left, top, right, bottom) = shape.geometry.bounds().unwrap();
                assert!(left >= 98 && top >= 98 && right <= 902 && bottom <= 902, "{pattern:?}: {shape:?}");
            }
        }
    }

    #[test]
    fn woven_patterns_are_not_printed() {
        let mut layer = Layer::default();
        print(&mut layer, &CLOTH, Pattern::Plaid, Color::BLACK, Color::WHITE);
        assert!(layer.shapes.is_empty());
    }

    #[test]
    fn a_cloth_too_small_for_a_flower_has_none() {
        let scrap = [(0.0, 0.0), (30.0, 0.0), (30.0, 30.0)];
        assert_eq!(petals(&scrap).bounds(), None);
    }
}

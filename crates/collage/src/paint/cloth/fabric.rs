//! Cloth: patterns and textures cut to an outline.

use linocut_svg::{Color, Geometry};

use super::clip::{bounds, clipped, inside, staggered};
use crate::colour::{is_light, shaded};
use crate::paint::cloth::motif;
use crate::paint::sketch::{Layer, disc, joined, polygon};
use crate::place::spot::Spot;
use crate::read::colour_words::material_color;
use crate::read::meaning::{Material, Pattern};
use crate::read::reading::Look;

/// Fills an outline with the cloth that the look asks for. `usual` is the colour where none is named; two colours without
/// a pattern are stripes.
pub(crate) fn fill(layer: &mut Layer, outline: &[Spot], look: &Look, usual: Color) {
    let base = look.color_or(usual_color(look.material, usual));
    let second = look.colors.get(1).copied().unwrap_or(if is_light(base) { shaded(base, -0.45) } else { Color::WHITE });
    layer.fill(polygon(outline), base);
    match look.pattern {
        Some(Pattern::Checkered) => layer.fill(checks(outline, 62.0), second),
        Some(Pattern::Striped) => layer.fill(stripes(outline, 84.0, 40.0), second),
        Some(Pattern::Dotted) => layer.fill(dots(outline, 110.0, 27.0), second),
        Some(Pattern::Plaid) => plaid(layer, outline, base, second),
        Some(printed) => motif::print(layer, outline, printed, base, second),
        None if look.colors.len() > 1 => layer.fill(stripes(outline, 150.0, 52.0), second),
        None => texture(layer, outline, look.material, base),
    }
}

/// The edge of cloth: one darker line.
pub(crate) fn hem(layer: &mut Layer, outline: &[Spot], color: Color) {
    layer.line(polygon(outline), shaded(color, -0.42), 7.0);
}

/// Colour of a material that no colour word changes.
fn usual_color(material: Option<Material>, usual: Color) -> Color {
    match material {
        Some(Material::Denim) => Color::from_hex(0x3b638c),
        Some(Material::Fur) => Color::from_hex(0xcbb89d),
        Some(Material::Linen) => Color::from_hex(0xd9cdb2),
        Some(Material::Tweed) => Color::from_hex(0x8a7d66),
        other => material_color(other).unwrap_or(usual),
    }
}

fn texture(layer: &mut Layer, outline: &[Spot], material: Option<Material>, base: Color) {
    let contrast = shaded(base, if is_light(base) { -0.14 } else { 0.16 });
    match material {
        Some(Material::Corduroy) => layer.fill(stripes(outline, 30.0, 11.0), shaded(base, -0.2)),
        Some(Material::Denim) => layer.fill(stripes(outline, 46.0, 6.0), shaded(base, 0.14)),
        Some(Material::Wool | Material::Linen) => layer.fill(flecks(outline), contrast),
        Some(Material::Tweed) => {
            layer.fill(bands(outline, 64.0, 10.0), contrast);
            layer.fill(flecks(outline), shaded(base, -0.3));
        }
        Some(Material::Straw) => {
            layer.fill(joined([stripes(outline, 44.0, 7.0), bands(outline, 44.0, 7.0)]), shaded(base, -0.2));
        }
        Some(Material::Lace) => layer.fill(dots(outline, 52.0, 15.0), shaded(base, -0.16)),
        Some(Material::Wood) => layer.fill(bands(outline, 72.0, 9.0), shaded(base, -0.25)),
        Some(Material::Marble | Material::Stone) => layer.glaze(sheen(outline), shaded(base, -0.35), 0.4),
        Some(Material::Chiffon) => layer.glaze(stripes(outline, 110.0, 60.0), Color::WHITE, 0.35),
        Some(Material::Silk | Material::Velvet | Material::Leather) => {
            layer.glaze(sheen(outline), shaded(base, 0.55), 0.45);
        }
        Some(Material::Satin | Material::Metal | Material::Glass | Material::Ice) => {
            layer.glaze(sheen(outline), shaded(base, 0.75), 0.6);
        }
        _ => {}
    }
}

fn plaid(layer: &mut Layer, outline: &[Spot], base: Color, second: Color) {
    layer.glaze(stripes(outline, 150.0, 60.0), second, 0.55);
    layer.glaze(bands(outline, 150.0, 60.0), second, 0.55);
    layer.fill(joined([stripes(outline, 150.0, 10.0), bands(outline, 150.0, 10.0)]), shaded(base, -0.45));
}

/// Every other square of a board, cut to the outline.
pub(crate) fn checks(outline: &[Spot], side: f64) -> Geometry {
    let (left, top, right, bottom) = bounds(outline);
    let (columns, rows) = (((right - left) / side) as usize + 1, ((bottom - top) / side) as usize + 1);
    let cells = (0..rows.min(60)).flat_map(|row| (0..columns.min(60)).map(move |column| (row, column)));
    let dark = cells.filter(|(row, column)| (row + column) % 2 == 0);
    joined(dark.map(|(row, column)| {
        let (x, y) = (left + column as f64 * side, top + row as f64 * side);
        polygon(&clipped(outline, &[(x, y), (x + side, y), (x + side, y + side), (x, y + side)]))
    }))
}

/// Upright stripes.
pub(crate) fn stripes(outline: &[Spot], step: f64, width: f64) -> Geometry {
    let (left, top, right, bottom) = bounds(outline);
    let count = ((right - left) / step) as usize + 1;
    joined((0..count.min(100)).map(|i| {
        let x = left + (i as f64 + 0.3) * step;
        polygon(&clipped(outline, &[(x, top), (x + width, top), (x + width, bottom), (x, bottom)]))
    }))
}

/// Level stripes.
pub(crate) fn bands(outline: &[Spot], step: f64, width: f64) -> Geometry {
    let (left, top, right, bottom) = bounds(outline);
    let count = ((bottom - top) / step) as usize + 1;
    joined((0..count.min(100)).map(|i| {
        let y = top + (i as f64 + 0.3) * step;
        polygon(&clipped(outline, &[(left, y), (right, y), (right, y + width), (left, y + width)]))
    }))
}

/// Dots in staggered rows, those that lie wholly inside.
pub(crate) fn dots(outline: &[Spot], step: f64, radius: f64) -> Geometry {
    joined(staggered(outline, step).filter(|&c| inside(outline, c, radius)).map(|c| disc(c, radius)))
}

/// Short slanted strokes in staggered rows.
fn flecks(outline: &[Spot]) -> Geometry {
    let fleck =
        |(x, y): Spot| polygon(&[(x - 10.0, y - 9.0), (x - 4.0, y - 9.0), (x + 10.0, y + 9.0), (x + 4.0, y + 9.0)]);
    joined(staggered(outline, 56.0).filter(|&c| inside(outline, c, 14.0)).map(fleck))
}

/// Slanting bands of light.
fn sheen(outline: &[Spot]) -> Geometry {
    let (left, top, right, bottom) = bounds(outline);
    let (w, h) = (right - left, bottom - top);
    joined([0.12, 0.6].map(|t| {
        let x = left + t * w;
        polygon(&clipped(
            outline,
            &[(x, top), (x + 0.1 * w, top), (x + 0.1 * w + 0.18 * h, bottom), (x + 0.18 * h, bottom)],
        ))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [Spot; 4] = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)];

    #[test]
    fn a_cut_lies_in_both() {
        let cut = clipped(&SQUARE, &[(50.0, -10.0), (150.0, -10.0), (150.0, 50.0), (50.0, 50.0)]);
        assert_eq!(bounds(&cut), (50.0, 0.0, 100.0, 50.0));
        assert!(clipped(&SQUARE, &[(200.0, 0.0), (300.0, 0.0), (300.0, 50.0), (200.0, 50.0)]).is_empty());
    }

    #[test]
    fn dots_keep_off_the_edge() {
        let (left, top, right, bottom) = dots(&SQUARE, 30.0, 8.0).bounds().unwrap();
        assert!(left >= 0 && top >= 0 && right <= 100 && bottom <= 100);
    }

    #[test]
    fn materials_show_as_texture_or_colour() {
        use Material::{
            Chiffon, Corduroy, Denim, Ice, Leather, Linen, Marble, Metal, Satin, Silk, Tweed, Velvet, Wood, Wool,
        };
        let outline = SQUARE.map(|(x, y)| (x * 6.0, y * 6.0));
        for material in
            [Chiffon, Corduroy, Denim, Ice, Leather, Linen, Marble, Metal, Satin, Silk, Tweed, Velvet, Wood, Wool]
        {
            let mut layer = Layer::default();
            fill(&mut layer, &outline, &Look { material: Some(material), ..Look::default() }, Color::BLACK);
            assert!(layer.shapes.len() > 1, "{material:?}");
        }
    }

    #[test]
    fn every_pattern_paints_with_both_colors() {
        let outline = SQUARE.map(|(x, y)| (x * 6.0, y * 6.0));
        for pattern in [
            Pattern::Checkered,
            Pattern::Striped,
            Pattern::Dotted,
            Pattern::Plaid,
            Pattern::Floral,
            Pattern::Paisley,
            Pattern::Chevron,
        ] {
            let mut layer = Layer::default();
            let look = Look { colors: vec![Color::BLACK, Color::WHITE], pattern: Some(pattern), ..Look::default() };
            fill(&mut layer, &outline, &look, Color::BLACK);
            let colors: Vec<Color> =
                layer.shapes.iter().map(|shape| shape.fill.as_ref().unwrap().mean_color()).collect();
            assert!(colors.contains(&Color::BLACK) && colors.contains(&Color::WHITE), "{pattern:?}");
        }
    }
}

//! One thing at one place: a picture of the archive, a figure, a body or a garment.

use linocut_svg::{Affine, Color, Drawing, Shape};

use crate::art::archive::{self, pictures};
use crate::art::traits;
use crate::colour::shaded;
use crate::error::CollageError;
use crate::paint::air::Air;
use crate::paint::cloth::garment;
use crate::paint::cloth::hanger::Hanger;
use crate::paint::flats;
use crate::paint::gathering;
use crate::paint::recolour::recolor;
use crate::paint::sketch::{Layer, disc, oval, rounded};
use crate::paint::solids;
use crate::place::spot::Place;
use crate::place::spot::{SIDE, Spot};
use crate::read::colour_words::material_color;
use crate::read::meaning::{Flat, Pattern};
use crate::read::reading::label;
use crate::read::reading::{Look, Noun, Phrase};

/// Colours for things without a colour word, by their number in the description.
const USUAL: [u32; 6] = [0xe4572e, 0x17a2b8, 0xf2b134, 0x6a4c93, 0x3fa34d, 0xd6457b];

/// The usual colour of thing number `number`.
pub(crate) fn usual(number: usize) -> Color {
    Color::from_hex(USUAL[number % USUAL.len()])
}

/// Draws a phrase's thing at a place.
pub(crate) fn paint(phrase: &Phrase, number: usize, place: Place, air: &Air) -> Result<Layer, CollageError> {
    if let Some(gathered) = phrase.look.gathered {
        return gathering::paint(phrase, gathered, number, place, air);
    }
    let mut layer = Layer::new(&phrase.words);
    let color = phrase.look.color_or(material_color(phrase.look.material).unwrap_or_else(|| usual(number)));
    match phrase.noun {
        Noun::Flat(flat) => figure(&mut layer, flat, place, color, &phrase.look),
        Noun::Solid(solid) => {
            solids::paint(&mut layer, solid, place.center, place.size, color);
            see_through(&mut layer, &phrase.look);
        }
        Noun::Art(picture) => layer.shapes = art(picture, phrase, place, air)?,
        Noun::Garment(kind) => {
            let hanger = Hanger::new(place.center, place.size);
            layer.shapes =
                garment::paint(phrase, kind, &[], hanger).into_iter().flat_map(|layer| layer.shapes).collect();
        }
        _ => {}
    }
    Ok(layer)
}

fn figure(layer: &mut Layer, flat: Flat, place: Place, color: Color, look: &Look) {
    flats::paint_edged(layer, flat, place, color);
    if look.pattern.is_some_and(|pattern| pattern != Pattern::Dotted)
        && let Some(shape) = layer.shapes.first()
    {
        let outline: Vec<Spot> = flats::corners(&shape.geometry);
        layer.fill(
            crate::paint::cloth::fabric::stripes(&outline, place.size / 6.0, place.size / 12.0),
            look.colors.get(1).copied().unwrap_or(shaded(color, 0.5)),
        );
    }
    see_through(layer, look);
}

/// Lets what lies behind through if that is asked for.
fn see_through(layer: &mut Layer, look: &Look) {
    if look.translucent {
        layer.shapes.iter_mut().for_each(|shape| shape.opacity = linocut_svg::Opacity::from_share(0.6));
    }
}

fn art(picture: usize, phrase: &Phrase, place: Place, air: &Air) -> Result<Vec<Shape>, CollageError> {
    let Drawing { width, mut shapes, .. } = load(picture)?;
    let named = phrase.look.colors.first().copied();
    if let Some(color) = named.or_else(|| material_color(phrase.look.material)) {
        recolor(&mut shapes, color);
    }
    let scale = place.size / f64::from(width);
    let half = f64::from(width) / 2.0;
    let map = Affine::translate(place.center)
        * Affine::rotate(place.turn)
        * Affine::scale(scale)
        * Affine::translate((-half, -half));
    let mut shapes: Vec<Shape> = shapes.iter().map(|shape| shape.transformed(map)).collect();
    if air.is_dark() && !traits::shines(label(phrase)) {
        dim(&mut shapes, air);
    }
    Ok(shapes)
}

fn dim(shapes: &mut [Shape], air: &Air) {
    let night = air.sky[0];
    for shape in shapes {
        let stroke = shape.stroke.as_mut().map(|stroke| &mut stroke.paint);
        for paint in shape.fill.as_mut().into_iter().chain(stroke) {
            match paint {
                linocut_svg::Paint::Solid(color) => *color = color.mix(night, 0.22),
                linocut_svg::Paint::Gradient(gradient) => {
                    gradient.stops.iter_mut().for_each(|stop| stop.color = stop.color.mix(night, 0.22));
                }
            }
        }
    }
}

fn load(picture: usize) -> Result<Drawing, CollageError> {
    let pictures = pictures()?;
    archive::drawing(&pictures[picture.min(pictures.len() - 1)])
}

/// Left, top, right and bottom of shapes.
pub(crate) fn bounds(shapes: &[Shape]) -> Option<(f64, f64, f64, f64)> {
    let all = shapes.iter().filter_map(|shape| shape.geometry.bounds());
    let (left, top, right, bottom) = all.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3)))?;
    Some((left.into(), top.into(), right.into(), bottom.into()))
}

/// Sets a thing down on another, where that is highest below its middle; on a seat, lower.
///
/// # Errors
///
/// [`CollageError::Render`] if the other cannot be drawn.
pub(crate) fn rest(upper: &mut Layer, lower: &Layer, label: &str) -> Result<(), CollageError> {
    const PIXELS: u32 = 128;
    const MARGIN: f64 = 30.0;
    let (Some(own), Some(base)) = (bounds(&upper.shapes), bounds(&lower.shapes)) else { return Ok(()) };
    let top = if traits::has_a_seat(label) {
        base.1 + 0.62 * (base.3 - base.1)
    } else {
        let drawing = Drawing { shapes: lower.shapes.clone(), ..Drawing::new(SIDE as u32, SIDE as u32) };
        let image = linocut_svg::rasterize(&drawing.write(), PIXELS, PIXELS)?;
        let unit = SIDE / f64::from(PIXELS);
        let (middle, half) = ((own.0 + own.2) / 2.0, (own.2 - own.0) * 0.18);
        let column = |x: f64| (x / unit).clamp(0.0, f64::from(PIXELS - 1)) as u32;
        let first = |x: u32| (0..PIXELS).find(|&y| image.get_pixel(x, y).0[3] > 127);
        let mut tops: Vec<u32> = (column(middle - half)..=column(middle + half)).filter_map(first).collect();
        tops.sort_unstable();
        let Some(&row) = tops.get(tops.len() / 2) else { return Ok(()) };
        f64::from(row) * unit
    };
    // Feet stand a little before the upper edge.
    let (foot, height) = (top + 0.04 * (own.3 - own.1), own.3 - own.1);
    let fits = ((foot - MARGIN) / height).clamp(0.4, 1.0);
    let middle = (own.0 + own.2) / 2.0;
    let down = Affine::translate((middle, foot)) * Affine::scale(fits) * Affine::translate((-middle, -own.3));
    upper.shapes.iter_mut().for_each(|shape| *shape = shape.transformed(down));
    Ok(())
}

/// Moves what is wider than high down to the foot of its place.
pub(crate) fn stand(layer: &mut Layer, place: Place) {
    let Some((.., bottom)) = bounds(&layer.shapes) else { return };
    let drop = place.center.1 + place.size * 0.49 - bottom;
    if drop > 0.0 {
        let down = Affine::translate((0.0, drop));
        layer.shapes.iter_mut().for_each(|shape| *shape = shape.transformed(down));
    }
}

/// A soft shadow on the ground under a thing.
pub(crate) fn shadow(place: Place) -> Shape {
    let (x, y) = place.center;
    let mut layer = Layer::default();
    layer.glaze(oval((x, y + place.size * 0.47), place.size * 0.4, place.size * 0.06), Color::from_hex(0x14202a), 0.28);
    layer.shapes.remove(0)
}

/// The pedestal of a statue, below its place.
pub(crate) fn pedestal(place: Place, color: Color) -> Layer {
    let mut layer = Layer::default();
    let ((x, y), s) = (place.center, place.size);
    layer.fill(rounded(x - s * 0.34, y + s * 0.44, s * 0.68, s * 0.09, 10.0), shaded(color, 0.2));
    layer.fill(rounded(x - s * 0.28, y + s * 0.52, s * 0.56, s * 0.2, 6.0), shaded(color, -0.18));
    layer.fill(rounded(x - s * 0.36, y + s * 0.7, s * 0.72, s * 0.08, 10.0), color);
    layer
}

/// A ground for figures: one colour with a lighter middle.
pub(crate) fn plain_ground(color: Color) -> Layer {
    let mut layer = Layer::default();
    layer.fill(crate::paint::sketch::rect(0.0, 0.0, SIDE, SIDE), color);
    layer.fill(disc((SIDE / 2.0, SIDE / 2.0), SIDE * 0.47), shaded(color, 0.28));
    layer
}

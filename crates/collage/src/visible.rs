//! Which layers can be seen.

use linocut_svg::{Color, Drawing, Paint, Shape, rasterize};

use crate::error::CollageError;
use crate::paint::sketch::Layer;
use crate::place::spot::SIDE;

/// Side of the picture that is looked at, in pixels.
const PIXELS: u32 = 192;

/// Least share of the picture that a word's layers must keep together for it to count as used.
const LEAST_SHARE: f64 = 0.005;

/// Least opacity of a shape that hides what lies beneath, in thousandths.
const HIDING: u16 = 350;

/// Indices of the words whose layers together keep at least half a per cent of the picture, in order.
///
/// Each layer is painted in a colour of its own; fainter shapes than 0.35 hide nothing and show nothing. A pixel on an
/// edge between layers counts for neither.
pub(crate) fn seen_words(layers: &[Layer]) -> Result<Vec<usize>, CollageError> {
    let mut drawing = Drawing::new(SIDE as u32, SIDE as u32);
    for (number, layer) in layers.iter().enumerate() {
        drawing.shapes.extend(layer.shapes.iter().filter_map(|shape| marked(shape, mark(number))));
    }
    let image = rasterize(&drawing.write(), PIXELS, PIXELS)?;
    let mut counts = vec![0_u32; layers.len()];
    for pixel in image.pixels().filter(|pixel| pixel.0[3] == 255) {
        let hex = u32::from_be_bytes([0, pixel.0[0], pixel.0[1], pixel.0[2]]);
        let number = (hex / STEP) as usize;
        if hex.is_multiple_of(STEP) && hex > 0 && number <= layers.len() {
            counts[number - 1] += 1;
        }
    }
    Ok(enough(layers, &counts))
}

/// Distance of the layers' colours as numbers: a prime, so that mixtures are seldom colours of layers.
const STEP: u32 = 40_961;

fn mark(number: usize) -> Color {
    Color::from_hex((number as u32 + 1).saturating_mul(STEP) & 0xff_ffff)
}

fn marked(shape: &Shape, color: Color) -> Option<Shape> {
    if shape.opacity.thousandths() < HIDING {
        return None;
    }
    let mut shape = Shape { opacity: linocut_svg::Opacity::OPAQUE, ..shape.clone() };
    shape.fill = shape.fill.map(|_| Paint::Solid(color));
    if let Some(stroke) = &mut shape.stroke {
        stroke.paint = Paint::Solid(color);
    }
    Some(shape)
}

fn enough(layers: &[Layer], counts: &[u32]) -> Vec<usize> {
    let mut totals: Vec<(usize, u32)> = Vec::new();
    for (layer, &count) in layers.iter().zip(counts) {
        for &word in &layer.words {
            match totals.iter_mut().find(|(w, _)| *w == word) {
                Some((_, total)) => *total += count,
                None => totals.push((word, count)),
            }
        }
    }
    let least = LEAST_SHARE * f64::from(PIXELS * PIXELS);
    let mut words: Vec<usize> =
        totals.into_iter().filter(|(_, total)| f64::from(*total) >= least).map(|(word, _)| word).collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::sketch::{disc, rect};

    fn layer(word: usize, radius: f64) -> Layer {
        let mut layer = Layer::new(&[word]);
        layer.fill(disc((768.0, 768.0), radius), Color::BLACK);
        layer
    }

    #[test]
    fn what_is_hidden_or_tiny_is_not_seen() {
        let mut ground = Layer::new(&[0]);
        ground.fill(rect(0.0, 0.0, SIDE, SIDE), Color::WHITE);
        let layers = [ground, layer(1, 200.0), layer(2, 400.0), layer(3, 20.0)];
        assert_eq!(seen_words(&layers).unwrap(), [0, 2]);
    }

    #[test]
    fn layers_of_one_word_count_together() {
        let mut halves = Vec::new();
        for x in [200.0, 1200.0] {
            let mut layer = Layer::new(&[5]);
            layer.fill(rect(x, 700.0, 88.0, 88.0), Color::BLACK);
            halves.push(layer);
        }
        assert_eq!(seen_words(&halves).unwrap(), [5]);
        assert!(seen_words(&halves[..1]).unwrap().is_empty());
        assert!(seen_words(&[]).unwrap().is_empty());
    }
}

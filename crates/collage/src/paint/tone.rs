//! One tone for a whole picture, as of an old photograph.

use linocut_svg::{Color, Paint};

use crate::paint::sketch::Layer;

/// Gives every colour the hue of `tint` and keeps how light it is; the first layer stands for `words` too.
pub(crate) fn tint(layers: &mut [Layer], tint: Color, words: &[usize]) {
    if let Some(first) = layers.first_mut() {
        first.words.extend(words);
    }
    for shape in layers.iter_mut().flat_map(|layer| &mut layer.shapes) {
        let stroke = shape.stroke.as_mut().map(|stroke| &mut stroke.paint);
        for paint in shape.fill.as_mut().into_iter().chain(stroke) {
            match paint {
                Paint::Solid(color) => *color = toned(*color, tint),
                Paint::Gradient(gradient) => gradient.stops.iter_mut().for_each(|s| s.color = toned(s.color, tint)),
            }
        }
    }
}

/// From black over the tint to white, by brightness.
fn toned(color: Color, tint: Color) -> Color {
    let light = color.luma() / 255.0;
    if light < 0.5 { Color::BLACK.mix(tint, light * 2.0) } else { tint.mix(Color::WHITE, (light - 0.5) * 2.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::sketch::rect;

    #[test]
    fn brightness_stays_in_order() {
        let sepia = Color::from_hex(0x985e2b);
        let grays = [0, 60, 120, 180, 255].map(|v| toned(Color::new(v, v, v), sepia).luma());
        assert!(grays.windows(2).all(|pair| pair[0] < pair[1]), "{grays:?}");
    }

    #[test]
    fn the_whole_picture_stands_for_the_words() {
        let mut layer = Layer::new(&[4]);
        layer.fill(rect(0.0, 0.0, 9.0, 9.0), Color::new(0, 0, 255));
        let mut layers = [layer];
        tint(&mut layers, Color::new(200, 0, 0), &[1, 2]);
        assert_eq!(layers[0].words, [4, 1, 2]);
        assert_eq!(layers[0].shapes[0].fill.as_ref().unwrap().mean_color().b, 0);
    }
}

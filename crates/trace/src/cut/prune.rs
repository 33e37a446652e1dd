//! Cuts a drawing to its byte budget: whatever costs the least squared error per byte goes first.
//!
//! Three things can be cut: a vertex, a ring, and the element of a layer whose rings move into another layer of nearly
//! the same colour. The error that a single cut adds follows exactly from the two topmost layers at each pixel. A round
//! makes the cheapest cuts for a few per cent of the bytes, then measures again.

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::{Color, Drawing};

use super::cover::{Cover, Visible, channels, squared_error, total_error, visible};
use super::layer::{Layer, drawing};
use super::offer::{View, offers};
use super::plan::Plan;

/// Maximum number of rounds before the rest of the excess is cut at once.
const MAX_ROUNDS: usize = 200;

/// A drawing with its squared error.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    pub(crate) drawing: Drawing,
    pub(crate) error: i64,
}

/// Cuts until the drawing fits `budget` bytes. The first layer must cover the picture and stays. `step` is the share of
/// the bytes that one round may cut, 0 to 1. `None` if not even the background fits.
pub(crate) fn prune(image: &RgbImage, layers: Vec<Layer>, budget: usize, step: f64, stop: &Stop) -> Option<Fitted> {
    let mut scene = Scene { image, layers, price: 0.0 };
    for round in 0.. {
        let cover = scene.settle();
        let drawing = drawing(image.dimensions(), &scene.layers);
        let bytes = drawing.byte_count();
        if bytes <= budget {
            return Some(Fitted { error: total_error(&cover, image, &scene.layers), drawing });
        }
        if scene.layers.len() == 1 {
            return None;
        }
        let hurry = round >= MAX_ROUNDS || stop.requested();
        let most = if hurry { bytes } else { (bytes as f64 * step).ceil() as usize };
        scene.cut(&cover, most.min(bytes - budget));
    }
    None
}

struct Scene<'a> {
    image: &'a RgbImage,
    layers: Vec<Layer>,
    /// Error per byte of the most expensive cut so far.
    price: f64,
}

impl Scene<'_> {
    /// Gives each layer the mean colour of its visible pixels.
    fn settle(&mut self) -> Cover {
        let cover = Cover::paint(self.image.dimensions(), &self.layers);
        let shown = visible(&cover, self.image, self.layers.len());
        for (layer, shown) in self.layers.iter_mut().zip(&shown) {
            layer.color = best_color(shown, self.price).unwrap_or(layer.color);
        }
        cover
    }

    /// Makes the cheapest cuts that together save about `bytes` bytes, at least one.
    fn cut(&mut self, cover: &Cover, bytes: usize) {
        let mut offers = offers(&View::new(self.image, cover, &self.layers), self.price);
        offers.sort_by(|a, b| a.price().total_cmp(&b.price()));
        let mut plan = Plan::new(&self.layers);
        let mut saved = 0;
        for offer in &offers {
            if saved >= bytes {
                break;
            }
            if plan.accept(offer.cut, &self.layers) {
                saved += offer.bytes;
                self.price = self.price.max(offer.price());
            }
        }
        plan.carry_out(&mut self.layers, self.image.dimensions());
    }
}

/// The mean colour, or the nearest with a three-digit spelling if the saved bytes are worth it.
fn best_color(shown: &Visible, price: f64) -> Option<Color> {
    let mean = shown.mean()?;
    let short = |channel: u8| (u16::from(channel) + 8) / 17 * 17;
    let near = Color::new(short(mean.r) as u8, short(mean.g) as u8, short(mean.b) as u8);
    let saved = mean.to_string().len().saturating_sub(near.to_string().len());
    let error = shown.count as f64 * squared_error(channels(mean), channels(near)) as f64;
    Some(if error < price * saved as f64 { near } else { mean })
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use linocut_svg::Point;

    use super::super::layer::Ring;
    use super::*;

    const SIZE: (u32, u32) = (40, 40);

    fn ring(list: &[(i32, i32)]) -> Ring {
        Ring::new(list.iter().map(|&(x, y)| Point::new(x, y)).collect(), SIZE).unwrap()
    }

    fn square(x: i32, y: i32, side: i32) -> Ring {
        ring(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
    }

    /// A black picture with a white square, and layers for it and for a square that no pixel justifies.
    fn scene() -> (RgbImage, Vec<Layer>) {
        let image = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            Rgb([if (5..25).contains(&x) && (5..25).contains(&y) { 255 } else { 0 }; 3])
        });
        let layer = |ring| Layer { color: Color::WHITE, rings: vec![ring] };
        let layers = vec![Layer::background(&image), layer(square(5, 5, 20)), layer(square(30, 30, 7))];
        (image, layers)
    }

    #[test]
    fn what_costs_no_error_goes_first() {
        let (image, layers) = scene();
        let full = drawing(SIZE, &layers).byte_count();
        let fitted = prune(&image, layers, full - 25, 0.1, &Stop::never()).unwrap();
        assert_eq!((fitted.drawing.shapes.len(), fitted.error), (2, 0));
    }

    #[test]
    fn the_background_alone_is_the_last_thing_left() {
        let (image, layers) = scene();
        let alone = drawing(SIZE, &layers[..1]).byte_count();
        let fitted = prune(&image, layers.clone(), alone, 0.1, &Stop::never()).unwrap();
        assert_eq!(fitted.drawing.shapes.len(), 1);
        assert!(prune(&image, layers, alone - 20, 0.1, &Stop::never()).is_none());
    }

    #[test]
    fn layers_of_one_colour_share_an_element() {
        let image = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            let inside = |left: u32| (left..left + 8).contains(&x) && (4..12).contains(&y);
            Rgb(if inside(2) || inside(20) { [200, 30, 40] } else { [10, 60, 90] })
        });
        let layer = |ring| Layer { color: Color::new(200, 30, 40), rings: vec![ring] };
        let layers = vec![Layer::background(&image), layer(square(2, 4, 8)), layer(square(20, 4, 8))];
        let full = drawing(SIZE, &layers).byte_count();
        let fitted = prune(&image, layers, full - 5, 0.2, &Stop::never()).unwrap();
        assert_eq!((fitted.drawing.shapes.len(), fitted.error), (2, 0));
    }

    #[test]
    fn three_digit_colours_are_taken_when_bytes_are_dear() {
        let shown = Visible { count: 10, sums: [180, 340, 500] };
        assert_eq!(best_color(&shown, 0.0), Some(Color::new(18, 34, 50)));
        assert_eq!(best_color(&shown, 1000.0), Some(Color::new(17, 34, 51)));
    }
}

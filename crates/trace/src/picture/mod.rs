//! The picture on the grid of its drawing.

mod canvas;
mod cut_out;
mod reduce;

use image::RgbImage;
use linocut_svg::Color;

pub(crate) use canvas::Canvas;
pub(crate) use cut_out::{CutOut, GROUND};
pub(crate) use reduce::on_grid;

/// The mean colour of a picture with at least one pixel.
pub(crate) fn mean_color(image: &RgbImage) -> Color {
    let mut sums = [0_u64; 3];
    for pixel in image.pixels() {
        for (sum, &channel) in sums.iter_mut().zip(&pixel.0) {
            *sum += u64::from(channel);
        }
    }
    let count = (u64::from(image.width()) * u64::from(image.height())).max(1);
    let [r, g, b] = sums.map(|sum| ((sum + count / 2) / count) as u8);
    Color::new(r, g, b)
}

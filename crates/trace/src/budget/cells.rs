//! Initial cells of region merging: single pixels, and squares of pixels where the picture is flat.

use std::ops::Range;

use image::RgbImage;

/// Sides of the squares that form one cell where they are flat, largest first.
const SQUARES: [usize; 2] = [4, 2];

/// Squared error per pixel, over all channels, up to which a square is flat.
const FLAT: f32 = 150.0;

/// The cell of each pixel of some rows: the largest flat square of an aligned grid that it lies in.
pub(crate) fn cells(image: &RgbImage, rows: Range<usize>) -> Vec<u32> {
    let width = image.width() as usize;
    let (pixels, height) = (&image.as_raw()[3 * rows.start * width..], rows.len());
    let mut cells = vec![u32::MAX; width * height];
    let mut next = 0;
    for side in SQUARES {
        for top in (0..height).step_by(side) {
            for left in (0..width).step_by(side) {
                let (right, bottom) = ((left + side).min(width), (top + side).min(height));
                let square = ((left, top), (right, bottom));
                if cells[top * width + left] == u32::MAX && spread(pixels, width, square) <= FLAT {
                    (top..bottom).for_each(|y| cells[y * width + left..y * width + right].fill(next));
                    next += 1;
                }
            }
        }
    }
    for cell in cells.iter_mut().filter(|cell| **cell == u32::MAX) {
        *cell = next;
        next += 1;
    }
    cells
}

/// Share of pixels that equal both the one to the right and the one below, 0 to 1: nearly all of flat art, hardly any where there
/// is shading.
pub(crate) fn repeated(image: &RgbImage) -> f64 {
    let (right, bottom) = (image.width().saturating_sub(1), image.height().saturating_sub(1));
    let at = |x: u32, y: u32| image.get_pixel(x, y);
    let equal = |x: u32, y: u32| at(x, y) == at(x + 1, y) && at(x, y) == at(x, y + 1);
    let count: usize = (0..bottom).map(|y| (0..right).filter(|&x| equal(x, y)).count()).sum();
    count as f64 / (f64::from(right) * f64::from(bottom)).max(1.0)
}

/// Squared error per pixel, over all channels, of a rectangle's mean colour.
fn spread(pixels: &[u8], width: usize, ((left, top), (right, bottom)): ((usize, usize), (usize, usize))) -> f32 {
    let (mut sums, mut squares, count) = ([0_u32; 3], 0_u32, ((right - left) * (bottom - top)) as f32);
    for y in top..bottom {
        for pixel in pixels[3 * (y * width + left)..3 * (y * width + right)].chunks_exact(3) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += u32::from(*value);
                squares += u32::from(*value) * u32::from(*value);
            }
        }
    }
    let mean_square: u32 = sums.iter().map(|sum| sum * sum).sum();
    (squares as f32 - mean_square as f32 / count) / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_art_repeats_nearly_every_pixel() {
        let disc = |x: f64, y: f64| (x - 50.0).hypot(y - 44.0) < 30.0;
        let flat = RgbImage::from_fn(100, 90, |x, y| {
            image::Rgb(if disc(x.into(), y.into()) { [9, 90, 200] } else { [250; 3] })
        });
        let shaded = RgbImage::from_fn(100, 90, |_, y| image::Rgb([200, 2 * y as u8, 90]));
        assert!(repeated(&flat) > 0.9 && repeated(&shaded) < 0.1);
        assert_eq!((repeated(&RgbImage::new(3, 3)), repeated(&RgbImage::new(1, 3))), (1.0, 0.0));
    }

    #[test]
    fn flat_squares_are_cells_and_edges_stay_pixels() {
        let image = RgbImage::from_fn(8, 4, |x, y| image::Rgb([if x == 5 && y == 1 { 255 } else { 90 }; 3]));
        let cells = cells(&image, 0..4);
        assert!((0..4).all(|y| (0..4).all(|x| cells[y * 8 + x] == cells[0])));
        assert_eq!(cells.iter().filter(|cell| **cell == cells[8 + 5]).count(), 1);
        assert_eq!(cells[6], cells[8 + 7]);
        assert_eq!(cells.iter().max(), Some(&7));
    }

    #[test]
    fn pictures_of_odd_sizes_are_covered() {
        let cells = cells(&RgbImage::new(5, 7), 0..7);
        assert_eq!((cells.len(), cells.iter().max()), (35, Some(&3)));
    }
}

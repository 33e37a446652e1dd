//! Initial cells of region merging: single pixels, and squares of pixels where the picture is flat.

use std::ops::Range;

use image::RgbImage;

/// Sides of the squares that form one cell where they are flat, largest first.
const SQUARES: [usize; 2] = [4, 2];

/// Squared error per pixel, over all channels, up to which a square is flat.
const FLAT: f32 = 150.0;

/// The same, up to which a square shows one colour.
const ONE_COLOR: f32 = 5.0;

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

/// Share of the picture's squares of 4 x 4 px that show one colour, 0 to 1: most of flat art, little of photographs.
pub(crate) fn one_colored(image: &RgbImage) -> f64 {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let side = SQUARES[0];
    let corners = (0..height / side).flat_map(|y| (0..width / side).map(move |x| (x * side, y * side)));
    let of_one = |&(x, y): &(usize, usize)| spread(image.as_raw(), width, ((x, y), (x + side, y + side))) <= ONE_COLOR;
    corners.clone().filter(of_one).count() as f64 / corners.count().max(1) as f64
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
    fn flat_art_is_of_one_colour_nearly_everywhere() {
        let disc = |x: f64, y: f64| (x - 50.0).hypot(y - 44.0) < 30.0;
        let flat = RgbImage::from_fn(100, 90, |x, y| {
            image::Rgb(if disc(x.into(), y.into()) { [9, 90, 200] } else { [250; 3] })
        });
        let shaded = RgbImage::from_fn(100, 90, |x, y| image::Rgb([(2 * x) as u8, y as u8, 90]));
        assert!(one_colored(&flat) > 0.9 && one_colored(&shaded) < 0.1);
        assert_eq!(one_colored(&RgbImage::new(3, 3)), 0.0);
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

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
                if cells[top * width + left] == u32::MAX && flat(pixels, width, (left, top), (right, bottom)) {
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

fn flat(pixels: &[u8], width: usize, (left, top): (usize, usize), (right, bottom): (usize, usize)) -> bool {
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
    squares as f32 - mean_square as f32 / count <= FLAT * count
}

#[cfg(test)]
mod tests {
    use super::*;

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

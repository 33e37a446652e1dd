//! What region merging begins with: single pixels, and squares of pixels where the picture is flat.

use image::RgbImage;

use super::segment::Area;

/// Sides of the squares that are taken as one where they are flat, largest first.
const SQUARES: [usize; 2] = [4, 2];

/// Squared error per pixel, over all channels, up to which a square is flat.
const FLAT: f32 = 150.0;

/// The cell of each pixel: the largest flat square of an aligned grid that it lies in.
pub(crate) fn cells(image: &RgbImage) -> Vec<u32> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut cells = vec![u32::MAX; width * height];
    let mut next = 0;
    for side in SQUARES {
        for top in (0..height).step_by(side) {
            for left in (0..width).step_by(side) {
                let (right, bottom) = ((left + side).min(width), (top + side).min(height));
                if cells[top * width + left] == u32::MAX && flat(image, (left, top), (right, bottom)) {
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

fn flat(image: &RgbImage, (left, top): (usize, usize), (right, bottom): (usize, usize)) -> bool {
    let (mut area, mut squares) = (Area::default(), 0.0);
    for y in top..bottom {
        for x in left..right {
            let sums = image.get_pixel(x as u32, y as u32).0.map(f32::from);
            squares += sums.iter().map(|v| v * v).sum::<f32>();
            area.add(&Area { pixels: 1.0, sums });
        }
    }
    squares - area.sums.iter().map(|sum| sum * sum).sum::<f32>() / area.pixels <= FLAT * area.pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_squares_are_cells_and_edges_stay_pixels() {
        let image = RgbImage::from_fn(8, 4, |x, y| image::Rgb([if x == 5 && y == 1 { 255 } else { 90 }; 3]));
        let cells = cells(&image);
        assert!((0..4).all(|y| (0..4).all(|x| cells[y * 8 + x] == cells[0])));
        assert_eq!(cells.iter().filter(|cell| **cell == cells[8 + 5]).count(), 1);
        assert_eq!(cells[6], cells[8 + 7]);
        assert_eq!(cells.iter().max(), Some(&7));
    }

    #[test]
    fn pictures_of_odd_sizes_are_covered() {
        let cells = cells(&RgbImage::new(5, 7));
        assert_eq!((cells.len(), cells.iter().max()), (35, Some(&3)));
    }
}

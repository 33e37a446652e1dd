//! Straightens a slanted line of text into a picture of its own.

use image::{Rgb, RgbImage};
use linocut_raster::{Filter, ResizeError, resize};

use super::rotated_rectangle::Point;

/// Height of a line that the recogniser expects, px.
pub(super) const LINE_HEIGHT: u32 = 48;

/// The longest line that is read, in multiples of its height; longer ones are squeezed.
const LONGEST_LINE: f32 = 40.0;

/// The most rows that are sampled before the line is reduced with anti-aliasing.
const MOST_ROWS: f32 = 4.0 * LINE_HEIGHT as f32;

/// A box that is at least this many times as high as wide is taken for a line turned by a right angle.
///
/// Source: `get_rotate_crop_image` of `PaddleOCR`.
const TURNED: f32 = 1.5;

/// The pictures in which the text of a box may be upright: one, or two for a tall box, turned to the left and to the
/// right.
///
/// Each is `LINE_HEIGHT` px high.
///
/// # Errors
///
/// [`ResizeError`] if a side is out of its range.
pub(super) fn straighten(image: &RgbImage, corners: [Point; 4]) -> Result<Vec<RgbImage>, ResizeError> {
    let [a, b, c, d] = corners;
    let (width, height) = (distance(a, b).max(distance(d, c)), distance(a, d).max(distance(b, c)));
    if height >= TURNED * width {
        return Ok(vec![line(image, [b, c, d, a])?, line(image, [d, a, b, c])?]);
    }
    Ok(vec![line(image, corners)?])
}

/// What lies between the corners (top left, top right, bottom right, bottom left), at the height of a line.
fn line(image: &RgbImage, corners: [Point; 4]) -> Result<RgbImage, ResizeError> {
    let [a, b, c, d] = corners;
    let (width, height) = (distance(a, b).max(distance(d, c)), distance(a, d).max(distance(b, c)).max(1.0));
    let aspect = (width / height).clamp(1.0 / LINE_HEIGHT as f32, LONGEST_LINE);
    let rows = height.round().clamp(1.0, MOST_ROWS);
    let sampled = sample(image, corners, (rows * aspect).round().max(1.0) as u32, rows as u32);
    resize(&sampled, (LINE_HEIGHT as f32 * aspect).ceil() as u32, LINE_HEIGHT, Filter::Bilinear)
}

fn sample(image: &RgbImage, [a, b, c, d]: [Point; 4], width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (right, down) = ((x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32);
        let top = mix(a, b, right);
        let bottom = mix(d, c, right);
        bilinear(image, mix(top, bottom, down))
    })
}

/// The colour at a point; outside the picture, that of the nearest edge.
fn bilinear(image: &RgbImage, at: Point) -> Rgb<u8> {
    let (left, right, across) = neighbours(at[0], image.width());
    let (top, bottom, down) = neighbours(at[1], image.height());
    let corners = [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| image.get_pixel(x, y).0);
    Rgb(std::array::from_fn(|channel| {
        let [a, b, c, d] = corners.map(|colour| f32::from(colour[channel]));
        let (above, below) = (a + (b - a) * across, c + (d - c) * across);
        (above + (below - above) * down).round() as u8
    }))
}

/// The two pixels whose centres lie around a coordinate, and how far it is from the first to the second.
fn neighbours(at: f32, side: u32) -> (u32, u32, f32) {
    let last = side - 1;
    let from_centre = (at - 0.5).clamp(0.0, last as f32);
    let low = from_centre as u32;
    (low, (low + 1).min(last), from_centre - low as f32)
}

fn mix(a: Point, b: Point, share: f32) -> Point {
    [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
}

fn distance(a: Point, b: Point) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 0]))
    }

    fn upright(x: f32, y: f32, width: f32, height: f32) -> [Point; 4] {
        [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    }

    #[test]
    fn an_upright_box_of_the_right_height_is_cut_out_exactly() {
        let image = gradient(200, 100);
        let lines = straighten(&image, upright(20.0, 30.0, 90.0, 48.0)).unwrap();
        assert_eq!(lines, [linocut_raster::crop(&image, 20, 30, 110, 78).unwrap()]);
    }

    #[test]
    fn a_high_box_is_turned_both_ways() {
        let lines = straighten(&gradient(60, 160), upright(4.0, 8.0, 48.0, 96.0)).unwrap();
        let corner = |line: &RgbImage| line.get_pixel(0, 0).0;
        assert_eq!(lines.iter().map(RgbImage::dimensions).collect::<Vec<_>>(), [(96, 48); 2]);
        assert_eq!((corner(&lines[0]), corner(&lines[1])), ([51, 8, 0], [4, 103, 0]));
    }

    #[test]
    fn long_and_large_boxes_stay_bounded() {
        let lines = straighten(&gradient(4000, 2), upright(-50.0, 0.0, 9000.0, 2.0)).unwrap();
        assert_eq!(lines[0].dimensions(), (1920, 48));
        let lines = straighten(&gradient(2, 2), upright(0.0, 0.0, 5000.0, 5000.0)).unwrap();
        assert_eq!(lines[0].dimensions(), (48, 48));
    }

    #[test]
    fn an_empty_box_is_a_line_of_one_colour() {
        let lines = straighten(&gradient(8, 8), [[3.5, 3.5]; 4]).unwrap();
        assert!(lines.iter().all(|line| line.pixels().all(|pixel| pixel.0 == [3, 3, 0])));
    }
}

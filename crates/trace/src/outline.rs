//! Traces the outer outlines of areas of one label exactly along pixel edges.

use image::{GrayImage, Luma};
use imageproc::contours::{BorderType, find_contours};
use linocut_svg::Point;

/// Outlines of all 8-connected areas of a label; holes are filled.
///
/// imageproc returns the centres of border pixels. Each pixel is doubled first, so that the centres of its left and
/// right halves say which edge is meant: coordinate `c` of the doubled picture is the grid line `(c + 1) / 2`. A single
/// pixel is a square then, and neighbours share their border. One pixel of margin lets areas touch the picture's edge.
pub(crate) fn outlines(labels: &[u16], label: u16, (width, height): (u32, u32)) -> Vec<Vec<Point>> {
    let Some(doubled) = doubled(labels, label, (width, height)) else { return Vec::new() };
    find_contours::<i32>(&doubled.mask)
        .into_iter()
        .filter(|contour| contour.border_type == BorderType::Outer)
        .map(|contour| corners(contour.points.iter().map(|p| doubled.line(p.x, p.y))))
        .collect()
}

/// A mask of twice the size around the label's pixels, with a margin of one pixel.
struct Doubled {
    mask: GrayImage,
    left: i32,
    top: i32,
}

impl Doubled {
    /// The grid lines that meet at a pixel of the mask.
    fn line(&self, x: i32, y: i32) -> Point {
        Point::new(x / 2 + self.left, y / 2 + self.top)
    }
}

fn doubled(labels: &[u16], label: u16, (width, height): (u32, u32)) -> Option<Doubled> {
    let places = || (0_u32..).zip(labels).filter(|(_, other)| **other == label).map(|(at, _)| (at % width, at / width));
    let (left, right) = (places().map(|p| p.0).min()?, places().map(|p| p.0).max()?);
    let (top, bottom) = (places().map(|p| p.1).min()?, places().map(|p| p.1).max()?);
    debug_assert!(right < width && bottom < height);
    let mut mask = GrayImage::new(2 * (right - left + 1) + 2, 2 * (bottom - top + 1) + 2);
    for (x, y) in places() {
        for (dx, dy) in [(1, 1), (2, 1), (1, 2), (2, 2)] {
            mask.put_pixel(2 * (x - left) + dx, 2 * (y - top) + dy, Luma([255]));
        }
    }
    Some(Doubled { mask, left: left as i32, top: top as i32 })
}

/// Drops points in the middle of straight runs.
fn corners(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for p in points {
        if let [.., a, b] = kept[..] {
            let straight = (a.x == b.x && b.x == p.x && (b.y - a.y) * (p.y - b.y) > 0)
                || (a.y == b.y && b.y == p.y && (b.x - a.x) * (p.x - b.x) > 0);
            if straight {
                kept.pop();
            }
        }
        if kept.last() != Some(&p) {
            kept.push(p);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Ring;

    fn labels(rows: &[&str]) -> (Vec<u16>, (u32, u32)) {
        let labels = rows.concat().bytes().map(|digit| u16::from(digit - b'0')).collect();
        (labels, (rows[0].len() as u32, rows.len() as u32))
    }

    fn covered(rows: &[&str]) -> Vec<u64> {
        let (labels, size) = labels(rows);
        outlines(&labels, 1, size).into_iter().map(|outline| Ring::new(outline, size).unwrap().area()).collect()
    }

    #[test]
    fn a_single_pixel_is_a_square() {
        let (labels, size) = labels(&["000", "010", "000"]);
        let mut corners = outlines(&labels, 1, size).concat();
        corners.sort_unstable();
        assert_eq!(corners, [(1, 1), (1, 2), (2, 1), (2, 2)].map(|(x, y)| Point::new(x, y)));
    }

    #[test]
    fn outlines_cover_exactly_their_pixels() {
        assert_eq!(covered(&["110", "011", "010"]), [5]);
        assert_eq!(covered(&["11111"]), [5]);
        assert_eq!(covered(&["1100", "1100", "0011"]), [6]);
        assert_eq!(covered(&["1001", "1001"]), [2, 2]);
    }

    #[test]
    fn holes_are_filled() {
        assert_eq!(covered(&["11111", "10001", "10201", "10001", "11111"]), [25]);
    }

    #[test]
    fn a_label_without_pixels_has_no_outline() {
        assert!(covered(&["000"]).is_empty());
    }
}

//! Traces the outer outlines of areas of one label exactly along pixel edges.

use linocut_svg::Point;

/// Outlines of all 8-connected areas of a label, in the order of their first pixels; holes are filled.
pub(crate) fn outlines(labels: &[u16], label: u16, (width, height): (u32, u32)) -> Vec<Vec<Point>> {
    let mut mask = Mask::of(labels, label, (width, height));
    let mut outlines = Vec::new();
    for at in 0..labels.len() {
        if mask.pixels[at] == Pixel::New {
            let first = (at as i32 % mask.width, at as i32 / mask.width);
            mask.mark_area(first);
            outlines.push(corners(mask.outline(first)));
        }
    }
    outlines
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pixel {
    Other,
    /// Of the label, in an area without an outline so far.
    New,
    Outlined,
}

/// Which pixels have the label.
struct Mask {
    pixels: Vec<Pixel>,
    width: i32,
    height: i32,
}

impl Mask {
    fn of(labels: &[u16], label: u16, (width, height): (u32, u32)) -> Self {
        let pixels = labels.iter().map(|other| if *other == label { Pixel::New } else { Pixel::Other }).collect();
        Self { pixels, width: width as i32, height: height as i32 }
    }

    fn index(&self, (x, y): (i32, i32)) -> Option<usize> {
        let is_inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        is_inside.then(|| (y * self.width + x) as usize)
    }

    fn has(&self, pixel: (i32, i32)) -> bool {
        self.index(pixel).is_some_and(|at| self.pixels[at] != Pixel::Other)
    }

    /// Marks the whole area of a pixel.
    fn mark_area(&mut self, first: (i32, i32)) {
        let mut waiting = vec![first];
        while let Some((x, y)) = waiting.pop() {
            let Some(at) = self.index((x, y)) else { continue };
            if self.pixels[at] == Pixel::New {
                self.pixels[at] = Pixel::Outlined;
                let neighbours = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];
                waiting.extend(neighbours.map(|(dx, dy)| (x + dx, y + dy)));
            }
        }
    }

    /// Every grid point on the way around an area, from the upper left corner of its first pixel down along its left
    /// side, the area always to the left. Where two of its pixels meet at a corner only, the way crosses to the other.
    fn outline(&self, first: (i32, i32)) -> impl Iterator<Item = Point> {
        let start = (first, (0, 1));
        let mut next = Some(start);
        std::iter::from_fn(move || {
            let ((x, y), (dx, dy)) = next?;
            let ahead = (x + dx, y + dy);
            let right = (-dy, dx);
            // The pixels on both sides of the way ahead; a pixel is named by its upper left corner.
            let pixel_towards =
                |(sx, sy): (i32, i32)| (ahead.0 + (dx + sx - 1).div_euclid(2), ahead.1 + (dy + sy - 1).div_euclid(2));
            let turned = if self.has(pixel_towards(right)) {
                right
            } else if self.has(pixel_towards((-right.0, -right.1))) {
                (dx, dy)
            } else {
                (-right.0, -right.1)
            };
            next = Some((ahead, turned)).filter(|_| ahead != start.0);
            Some(Point::new(x, y))
        })
    }
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
    use super::super::layer::Ring;
    use super::*;

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

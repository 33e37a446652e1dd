//! Scan-converts polygons by the exact area that they cover of each pixel, for the last part of the search.

use linocut_svg::Point;

use super::curve::FINE;

/// Signed areas of a polygon in the pixels of a few rows, reused from one polygon to the next.
///
/// An edge adds to each pixel of a row what lies to its right, with the sign of its direction, as changes from one pixel to the
/// next; the sum of the changes along a row is the area.
#[derive(Clone, Debug, Default)]
pub(crate) struct AreaScanner {
    /// Pixels of a row, and two more.
    stride: usize,
    /// Changes of the area, row by row from `top` on, zero between uses.
    changes: Vec<f32>,
    /// First pixel with a change in each row, and the one after the last.
    reach: Vec<(usize, usize)>,
    top: i32,
}

impl AreaScanner {
    /// For pictures of this width in pixels.
    pub(crate) fn new(width: usize) -> Self {
        Self { stride: width + 2, ..Self::default() }
    }

    /// Loads a closed polygon in fine units, which lies in the picture.
    pub(crate) fn load(&mut self, points: &[Point]) {
        let (top, bottom) = points.iter().fold((i32::MAX, i32::MIN), |(a, b), p| (a.min(p.y), b.max(p.y)));
        self.reach.clear();
        if points.is_empty() {
            return;
        }
        self.top = top.div_euclid(FINE);
        let rows = (bottom.div_euclid(FINE) + 1 - self.top) as usize;
        self.reach.resize(rows, (usize::MAX, 0));
        if self.changes.len() < rows * self.stride {
            self.changes.resize(rows * self.stride, 0.0);
        }
        let mut from = points[points.len() - 1];
        for &to in points {
            if from.y != to.y {
                self.add_edge(from, to);
            }
            from = to;
        }
    }

    fn add_edge(&mut self, from: Point, to: Point) {
        let (sign, high, low) = if from.y < to.y { (-1.0, from, to) } else { (1.0, to, from) };
        let pixels = |v: i32| v as f32 / FINE as f32;
        let (mut x, mut y, bottom) =
            (pixels(high.x), pixels(high.y - FINE * self.top), pixels(low.y - FINE * self.top));
        let slope = (low.x - high.x) as f32 / (low.y - high.y) as f32;
        let limits = (pixels(high.x.min(low.x)), pixels(high.x.max(low.x)));
        let mut row = y as usize;
        while y < bottom {
            let next = ((row + 1) as f32).min(bottom);
            let (height, start) = (next - y, x);
            x = (x + slope * height).clamp(limits.0, limits.1);
            self.add_part(row, sign * height, (start.min(x), start.max(x)));
            (y, row) = (next, row + 1);
        }
    }

    /// Adds a part of an edge within a row, between two places; `height` has the sign of its direction.
    fn add_part(&mut self, row: usize, height: f32, (left, right): (f32, f32)) {
        let (first, last) = (left as usize, (right.ceil() as usize).max(left as usize + 1));
        let reach = &mut self.reach[row];
        *reach = (reach.0.min(first), reach.1.max(last + 1));
        let changes = &mut self.changes[row * self.stride..];
        if last == first + 1 {
            // Of the pixel, what lies to the right of the middle of the part.
            let share = height * ((left + right) * 0.5 - first as f32);
            changes[first] += height - share;
            changes[last] += share;
            return;
        }
        let inverse = height / (right - left);
        let (enters, leaves) = (1.0 - (left - first as f32), right - (last - 1) as f32);
        let first_area = 0.5 * inverse * enters * enters;
        let last_area = 0.5 * inverse * leaves * leaves;
        changes[first] += first_area;
        if last == first + 2 {
            changes[first + 1] += height - first_area - last_area;
        } else {
            changes[first + 1] += inverse * (0.5 + enters) - first_area;
            for change in &mut changes[first + 2..last - 1] {
                *change += inverse;
            }
            let before = inverse * (enters + (last - first - 3) as f32 + 0.5);
            changes[last - 1] += height - before - last_area;
        }
        changes[last] += last_area;
    }

    /// The rows of pixels that the polygon touches.
    pub(crate) fn rows(&self) -> std::ops::Range<i32> {
        self.top..self.top + self.reach.len() as i32
    }

    /// Hands each pixel of a row with its area, in 1/256 and with its sign, to `see`, and forgets the row.
    #[inline]
    pub(crate) fn take_row(&mut self, row: i32, mut see: impl FnMut(usize, i16)) {
        let row = (row - self.top) as usize;
        let (from, to) = self.reach[row];
        let mut area = 0.0;
        for x in from..to {
            area += std::mem::take(&mut self.changes[row * self.stride + x]);
            let whole = (area * f32::from(WHOLE)).round() as i16;
            if whole != 0 {
                see(x, whole);
            }
        }
    }
}

/// The area of a pixel.
pub(crate) const WHOLE: i16 = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIDE: usize = 20;

    fn areas(points: &[Point]) -> Vec<i16> {
        let mut scanner = AreaScanner::new(SIDE);
        let mut areas = vec![0; SIDE * SIDE];
        scanner.load(points);
        for row in scanner.rows() {
            scanner.take_row(row, |x, area| areas[row as usize * SIDE + x] = area);
        }
        assert!(scanner.changes.iter().all(|change| *change == 0.0));
        areas
    }

    fn polygons() -> impl Strategy<Value = Vec<Point>> {
        let side = FINE * SIDE as i32 - 1;
        prop::collection::vec((0..=side, 0..=side).prop_map(|(x, y)| Point::new(x, y)), 3..7)
    }

    proptest! {
        #[test]
        fn all_pixels_together_have_the_area_of_the_polygon(points in polygons()) {
            let cross = |i: usize| {
                let (a, b) = (points[i], points[(i + 1) % points.len()]);
                f64::from(a.x) * f64::from(b.y) - f64::from(b.x) * f64::from(a.y)
            };
            let wanted = (0..points.len()).map(cross).sum::<f64>() / 2.0 / f64::from(FINE * FINE);
            let areas = areas(&points);
            let found = areas.iter().map(|area| f64::from(*area)).sum::<f64>() / f64::from(WHOLE);
            // Each pixel is rounded.
            let touched = areas.iter().filter(|area| **area != 0).count() as f64;
            prop_assert!((found - wanted).abs() < 0.01 + touched * 0.001, "{} of {}", found, wanted);
        }

        #[test]
        fn a_polygon_and_its_reverse_differ_in_sign(points in polygons()) {
            let back: Vec<Point> = points.iter().rev().copied().collect();
            for (there, back) in areas(&points).into_iter().zip(areas(&back)) {
                prop_assert!((there + back).abs() <= 1);
            }
        }
    }

    #[test]
    fn pixels_have_the_share_that_lies_inside() {
        let at = |x: i32, y: i32| Point::new(x, y);
        // From (1.25, 1.5) to (3.5, 2.5).
        let areas = areas(&[at(20, 24), at(56, 24), at(56, 40), at(20, 40)]);
        assert_eq!(areas[SIDE + 1..SIDE + 5], [96, 128, 64, 0]);
        assert_eq!(areas[2 * SIDE + 1..2 * SIDE + 5], [96, 128, 64, 0]);
        assert_eq!(areas.iter().map(|area| i32::from(*area)).sum::<i32>(), 2 * 288);
    }

    #[test]
    fn a_flat_edge_crosses_many_pixels() {
        let at = |x: i32, y: i32| Point::new(x, y);
        // A triangle of 16 x 1 px: the pixel at distance i from its tip has (i + 1/2) / 16 of its height.
        let areas = areas(&[at(0, 16), at(256, 16), at(256, 32)]);
        for x in 0..16 {
            assert_eq!(areas[SIDE + x], 16 * x as i16 + 8);
        }
    }
}

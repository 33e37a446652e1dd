//! Scan-converts polygons into runs of pixels whose centres lie inside, exactly in integers.

use linocut_svg::{FillRule, Point};

/// Pixels `from..to` of row `row`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    pub(crate) row: u32,
    pub(crate) from: u32,
    pub(crate) to: u32,
}

impl Span {
    /// Places of these pixels in a row-major picture of this width.
    pub(crate) fn range(self, width: u32) -> std::ops::Range<usize> {
        let start = self.row as usize * width as usize;
        start + self.from as usize..start + self.to as usize
    }
}

/// Where an edge crosses the centre line of a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Crossing {
    row: i32,
    /// First pixel whose centre lies at or right of the crossing.
    pixel: i32,
    /// 1 downwards, -1 upwards.
    turn: i32,
}

/// The pixels of a `width` x `height` picture whose centres a closed polygon winds around, row by row.
pub(crate) fn polygon_spans(points: &[Point], width: u32, height: u32) -> Vec<Span> {
    let mut crossings = Vec::new();
    add_outline(&mut crossings, points, height);
    crossings.sort_unstable();
    inside(&crossings, width as i32, FillRule::NonZero)
}

/// The pixels of a `width` x `height` picture whose centres lie inside several closed polygons by a fill rule, row by row.
pub(crate) fn outline_spans(outlines: &[Vec<Point>], width: u32, height: u32, rule: FillRule) -> Vec<Span> {
    let mut crossings = Vec::new();
    outlines.iter().for_each(|points| add_outline(&mut crossings, points, height));
    crossings.sort_unstable();
    inside(&crossings, width as i32, rule)
}

fn add_outline(crossings: &mut Vec<Crossing>, points: &[Point], height: u32) {
    for (i, &to) in points.iter().enumerate() {
        let from = points[(i + points.len() - 1) % points.len()];
        add_crossings(crossings, from, to, height as i32);
    }
}

fn add_crossings(crossings: &mut Vec<Crossing>, from: Point, to: Point, height: i32) {
    let (high, low, turn) = if from.y < to.y { (from, to, 1) } else { (to, from, -1) };
    let (dx, dy) = (i64::from(low.x) - i64::from(high.x), i64::from(low.y) - i64::from(high.y));
    for row in high.y.max(0)..low.y.min(height) {
        // x - 1/2 at the row's centre line, times 2 dy, rounded up.
        let twice = 2 * (i64::from(row) - i64::from(high.y)) + 1;
        let numerator = (2 * i64::from(high.x) - 1) * dy + dx * twice;
        let pixel = -(-numerator).div_euclid(2 * dy);
        crossings.push(Crossing { row, pixel: pixel as i32, turn });
    }
}

/// Walks over sorted crossings and keeps where the winding number is not 0, or is odd.
fn inside(crossings: &[Crossing], width: i32, rule: FillRule) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let filled = |winding: i32| if rule == FillRule::EvenOdd { winding % 2 != 0 } else { winding != 0 };
    let mut winding = 0;
    for pair in crossings.windows(2) {
        winding += pair[0].turn;
        let (from, to) = (pair[0].pixel.clamp(0, width) as u32, pair[1].pixel.clamp(0, width) as u32);
        if filled(winding) && pair[0].row == pair[1].row && from < to {
            let row = pair[0].row as u32;
            match spans.last_mut() {
                Some(last) if last.row == row && last.to == from => last.to = to,
                _ => spans.push(Span { row, from, to }),
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(list: &[(i32, i32)]) -> Vec<Point> {
        list.iter().map(|&(x, y)| Point::new(x, y)).collect()
    }

    fn area(spans: &[Span]) -> u32 {
        spans.iter().map(|s| s.to - s.from).sum()
    }

    #[test]
    fn a_rectangle_covers_its_pixels_in_either_direction() {
        let mut corners = points(&[(1, 2), (4, 2), (4, 5), (1, 5)]);
        let spans = polygon_spans(&corners, 9, 9);
        assert_eq!(spans, [2, 3, 4].map(|row| Span { row, from: 1, to: 4 }));
        corners.reverse();
        assert_eq!(polygon_spans(&corners, 9, 9), spans);
    }

    #[test]
    fn what_lies_outside_the_picture_is_cut() {
        let spans = polygon_spans(&points(&[(-5, -5), (50, -5), (50, 50), (-5, 50)]), 4, 3);
        assert_eq!(area(&spans), 12);
    }

    #[test]
    fn two_triangles_share_no_pixel() {
        let whole = points(&[(0, 0), (17, 3), (20, 19), (2, 11)]);
        let halves = [points(&[(0, 0), (17, 3), (20, 19)]), points(&[(0, 0), (20, 19), (2, 11)])];
        let sum: u32 = halves.iter().map(|half| area(&polygon_spans(half, 32, 32))).sum();
        assert_eq!(sum, area(&polygon_spans(&whole, 32, 32)));
    }

    #[test]
    fn degenerate_polygons_cover_nothing() {
        assert!(polygon_spans(&[], 4, 4).is_empty());
        assert!(polygon_spans(&points(&[(1, 1), (3, 3)]), 4, 4).is_empty());
    }
}

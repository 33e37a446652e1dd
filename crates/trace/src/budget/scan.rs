//! Scan-converts polygons by even-odd parity at four samples per pixel, in fixed point: the inner loop of the search.
//!
//! The samples of a pixel lie on four lines, each at a different horizontal position, so that steep and flat edges
//! both have four levels.

use linocut_svg::Point;

/// Samples of a pixel, one on each line.
pub(crate) const LINES: usize = 4;

/// Horizontal positions of the samples from the left of their pixel, in 1/65536.
const PLACES: [i32; LINES] = [3 << 13, 7 << 13, 1 << 13, 5 << 13];

/// An edge with the sample lines that it crosses.
#[derive(Clone, Copy, Debug, Default)]
struct Edge {
    /// First line, counted from the top of the picture.
    from: i32,
    /// Line after the last.
    to: i32,
    /// Where it crosses the first line, in 1/65536.
    x: i32,
    /// Step from line to line.
    slope: i32,
}

impl Edge {
    /// `None` for a horizontal edge. The result is the same in both directions, so that two polygons share an edge
    /// exactly.
    fn new(a: Point, b: Point) -> Option<Self> {
        let (high, low) = if a.y < b.y { (a, b) } else { (b, a) };
        let lines = (low.y - high.y) * LINES as i32;
        if lines == 0 {
            return None;
        }
        let slope = ((low.x - high.x) << 16) / lines;
        Some(Self { from: high.y * LINES as i32, to: low.y * LINES as i32, x: (high.x << 16) + slope / 2, slope })
    }
}

/// A polygon's edges, reused from one polygon to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scanner {
    edges: Vec<Edge>,
    crossings: Vec<i32>,
    rows: (i32, i32),
}

impl Scanner {
    /// Loads a closed polygon.
    pub(crate) fn load(&mut self, points: &[Point]) {
        self.edges.clear();
        self.rows = (i32::MAX, i32::MIN);
        let Some(&last) = points.last() else { return };
        let mut from = last;
        for &to in points {
            self.rows = (self.rows.0.min(to.y), self.rows.1.max(to.y));
            self.edges.extend(Edge::new(from, to));
            from = to;
        }
    }

    /// Rows of pixels that the polygon reaches.
    pub(crate) fn rows(&self) -> std::ops::Range<i32> {
        self.rows.0..self.rows.1
    }

    /// Marks the samples inside on a row, bit `n` for line `n`. Returns the first pixel and the one after the last.
    #[inline]
    pub(crate) fn flags(&mut self, row: i32, flags: &mut [u8]) -> (usize, usize) {
        let mut reach = (usize::MAX, 0);
        let mut mark = |line: usize, a: i32, b: i32| {
            if a < b {
                let (a, b) = (a as usize, b as usize);
                reach = (reach.0.min(a), reach.1.max(b));
                flags[a..b].iter_mut().for_each(|flag| *flag |= 1 << line);
            }
        };
        for (line, place) in PLACES.into_iter().enumerate() {
            let y = row * LINES as i32 + line as i32;
            self.crossings.clear();
            for edge in &self.edges {
                if edge.from <= y && y < edge.to {
                    let x = edge.x + edge.slope * (y - edge.from);
                    self.crossings.push((x - place + 0xffff) >> 16);
                }
            }
            match self.crossings[..] {
                [] => {}
                [a, b] => mark(line, a.min(b), a.max(b)),
                _ => {
                    self.crossings.sort_unstable();
                    self.crossings.chunks_exact(2).for_each(|pair| mark(line, pair[0], pair[1]));
                }
            }
        }
        reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples inside, of a 32 x 32 picture.
    fn area(points: &[(i32, i32)]) -> usize {
        let points: Vec<Point> = points.iter().map(|&(x, y)| Point::new(x, y)).collect();
        let (mut scanner, mut flags, mut count) = (Scanner::default(), [0_u8; 32], 0);
        scanner.load(&points);
        for row in scanner.rows() {
            let (from, to) = scanner.flags(row, &mut flags);
            if from < to {
                count += flags[from..to].iter_mut().map(|f| std::mem::take(f).count_ones() as usize).sum::<usize>();
            }
        }
        count
    }

    #[test]
    fn rectangles_hold_four_samples_a_pixel() {
        assert_eq!(area(&[(2, 3), (12, 3), (12, 8), (2, 8)]), 10 * 5 * 4);
    }

    #[test]
    fn areas_are_met_closely() {
        let area = area(&[(1, 2), (30, 9), (17, 31)]) as f64 / 4.0;
        assert!((area - 364.5).abs() < 6.0, "{area}");
    }

    #[test]
    fn what_is_covered_twice_is_outside() {
        assert_eq!(area(&[(0, 0), (8, 0), (8, 8), (0, 8), (0, 0), (8, 0), (8, 8), (0, 8)]), 0);
    }

    #[test]
    fn nothing_is_inside_a_line() {
        assert_eq!(area(&[(3, 3), (20, 29), (3, 3)]), 0);
        assert_eq!(area(&[]), 0);
    }
}

//! Scan-converts polygons by even-odd parity at four samples per pixel, in fixed point: the inner loop of the search.
//!
//! The samples of a pixel lie on four lines, each at a different horizontal position, so that steep and flat edges
//! both have four levels.

use linocut_svg::Point;

use super::curve::FINE;

/// Samples of a pixel, one on each line.
pub(crate) const LINES: usize = 4;

/// Horizontal positions of the samples from the left of their pixel, in 1/65536.
const PLACES: [i32; LINES] = [3 << 13, 7 << 13, 1 << 13, 5 << 13];

/// Fine units from one sample line to the next.
const SPACING: i32 = FINE / LINES as i32;
/// Bits of a fine unit in 1/65536.
const FINE_BITS: u32 = 16 - FINE.ilog2();

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
        // The first line at or below a height; lines lie in the middle of their quarters of a pixel.
        let line = |y: i32| (y + SPACING / 2 - 1).div_euclid(SPACING);
        let (from, to) = (line(high.y), line(low.y));
        if from == to {
            return None;
        }
        let slope = ((low.x - high.x) << (FINE_BITS + SPACING.ilog2())) / (low.y - high.y);
        let below = SPACING * from + SPACING / 2 - high.y;
        let x = (high.x << FINE_BITS) + (i64::from(slope) * i64::from(below) / i64::from(SPACING)) as i32;
        Some(Self { from, to, x, slope })
    }
}

/// Where a polygon's edges cross the sample lines, reused from one polygon to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scanner {
    edges: Vec<Edge>,
    /// Where the crossings of each line begin, and where those of the last end.
    starts: Vec<u32>,
    /// Line by line, in 1/65536 px.
    crossings: Vec<i32>,
    rows: (i32, i32),
}

/// The samples of a row of pixels that lie inside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inside {
    /// On each line from a pixel on, so many.
    Runs { from: [i32; LINES], count: [u32; LINES] },
    /// As marked in the row's flags.
    Marked,
}

impl Scanner {
    /// Loads a closed polygon in fine units.
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
        self.rows = (self.rows.0.div_euclid(FINE), (self.rows.1 + FINE - 1).div_euclid(FINE));
        let first = self.rows.0 * LINES as i32;
        let lines = (self.rows.1 - self.rows.0) as usize * LINES;
        // How many edges begin and end to cross at each line; then, added up twice, where the crossings of each line begin.
        self.starts.clear();
        self.starts.resize(lines + 2, 0);
        for edge in &self.edges {
            let (from, to) = ((edge.from - first) as usize, (edge.to - first) as usize);
            self.starts[from + 1] = self.starts[from + 1].wrapping_add(1);
            self.starts[to + 1] = self.starts[to + 1].wrapping_sub(1);
        }
        let (mut open, mut sum) = (0_u32, 0_u32);
        for start in &mut self.starts[1..] {
            open = open.wrapping_add(*start);
            *start = sum;
            sum += open;
        }
        self.crossings.clear();
        self.crossings.resize(sum as usize, 0);
        // Filling moves each start on to the start of the next line.
        for edge in &self.edges {
            let mut x = edge.x;
            let (from, to) = ((edge.from - first) as usize, (edge.to - first) as usize);
            for start in &mut self.starts[from + 1..=to] {
                self.crossings[*start as usize] = x;
                *start += 1;
                x += edge.slope;
            }
        }
    }

    /// Rows of pixels that the polygon reaches.
    pub(crate) fn rows(&self) -> std::ops::Range<i32> {
        self.rows.0..self.rows.1
    }

    /// The samples inside on a row, and its first pixel with any and the one after the last. Where a line is crossed more than
    /// twice, it marks them in `flags`, bit `n` for line `n`.
    #[inline]
    pub(crate) fn inside(&mut self, row: i32, flags: &mut [u8]) -> (Inside, usize, usize) {
        let first = (row - self.rows.0) as usize * LINES;
        let (mut from, mut count) = ([0; LINES], [0; LINES]);
        let mut reach = (i32::MAX, 0);
        for (line, place) in PLACES.into_iter().enumerate() {
            let (start, end) = (self.starts[first + line] as usize, self.starts[first + line + 1] as usize);
            match self.crossings[start..end] {
                [] => {}
                [a, b] => {
                    let (a, b) = ((a.min(b) - place + 0xffff) >> 16, (a.max(b) - place + 0xffff) >> 16);
                    if a < b {
                        (from[line], count[line]) = (a, (b - a) as u32);
                        reach = (reach.0.min(a), reach.1.max(b));
                    }
                }
                _ => return self.mark(row, flags),
            }
        }
        (Inside::Runs { from, count }, reach.0 as usize, reach.1 as usize)
    }

    #[inline(never)]
    fn mark(&mut self, row: i32, flags: &mut [u8]) -> (Inside, usize, usize) {
        let first = (row - self.rows.0) as usize * LINES;
        let mut reach = (usize::MAX, 0);
        for (line, place) in PLACES.into_iter().enumerate() {
            let crossings =
                &mut self.crossings[self.starts[first + line] as usize..self.starts[first + line + 1] as usize];
            crossings.sort_unstable();
            for pair in crossings.chunks_exact(2) {
                let (a, b) = ((pair[0] - place + 0xffff) >> 16, (pair[1] - place + 0xffff) >> 16);
                if a < b {
                    reach = (reach.0.min(a as usize), reach.1.max(b as usize));
                    flags[a as usize..b as usize].iter_mut().for_each(|flag| *flag |= 1 << line);
                }
            }
        }
        (Inside::Marked, reach.0, reach.1)
    }
}

impl Inside {
    /// The samples inside of a pixel, bit `n` for line `n`; takes them from the flags.
    #[inline]
    pub(crate) fn take(&self, x: usize, flags: &mut [u8]) -> u8 {
        match self {
            Self::Runs { from, count } => {
                let mut flag = 0;
                for (line, (from, count)) in from.iter().zip(count).enumerate() {
                    flag |= u8::from(((x as i32 - from) as u32) < *count) << line;
                }
                flag
            }
            Self::Marked => std::mem::take(&mut flags[x]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples inside, of a 32 x 32 picture.
    fn area(points: &[(i32, i32)]) -> usize {
        let points: Vec<Point> = points.iter().map(|&(x, y)| Point::new(FINE * x, FINE * y)).collect();
        let (mut scanner, mut flags, mut count) = (Scanner::default(), [0_u8; 32], 0);
        scanner.load(&points);
        for row in scanner.rows() {
            let (inside, from, to) = scanner.inside(row, &mut flags);
            if from < to {
                count += (from..to).map(|x| inside.take(x, &mut flags).count_ones() as usize).sum::<usize>();
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

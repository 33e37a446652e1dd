//! Connected regions of the detector's probability map.

use super::rotated_rectangle::Point;

/// How likely each pixel lies inside a line of text.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct ProbabilityMap {
    pub(super) width: usize,
    pub(super) height: usize,
    /// `height * width` values, 0 to 1, row by row.
    pub(super) values: Vec<f32>,
}

/// A region of pixels that touch by side or corner: for each of its rows the outermost pixels, which have the same convex hull.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Region {
    /// Number of pixels.
    pub(super) area: usize,
    /// Centres of the outermost pixels of each row.
    pub(super) outline: Vec<Point>,
}

impl ProbabilityMap {
    /// The regions of pixels above a threshold, in the order of their first pixel.
    pub(super) fn regions(&self, threshold: f32) -> Vec<Region> {
        let mut open: Vec<bool> = self.values.iter().map(|&value| value > threshold).collect();
        let mut regions = Vec::new();
        for start in 0..open.len() {
            if open[start] {
                regions.push(self.outline(self.take_region(start, &mut open)));
            }
        }
        regions
    }

    /// The pixels connected with one, which are no longer open afterwards.
    fn take_region(&self, start: usize, open: &mut [bool]) -> Vec<usize> {
        open[start] = false;
        let mut pixels = vec![start];
        let mut done = 0;
        while let Some(&pixel) = pixels.get(done) {
            done += 1;
            let (x, y) = (pixel % self.width, pixel / self.width);
            for row in y.saturating_sub(1)..=(y + 1).min(self.height - 1) {
                for column in x.saturating_sub(1)..=(x + 1).min(self.width - 1) {
                    let neighbour = row * self.width + column;
                    if std::mem::take(&mut open[neighbour]) {
                        pixels.push(neighbour);
                    }
                }
            }
        }
        pixels
    }

    fn outline(&self, mut pixels: Vec<usize>) -> Region {
        pixels.sort_unstable();
        let centre = |pixel: usize| [(pixel % self.width) as f32 + 0.5, (pixel / self.width) as f32 + 0.5];
        let rows = pixels.chunk_by(|a, b| a / self.width == b / self.width);
        let outline = rows.flat_map(|row| [centre(row[0]), centre(row[row.len() - 1])]).collect();
        Region { area: pixels.len(), outline }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rows: &[&str]) -> ProbabilityMap {
        let values = rows.iter().flat_map(|row| row.bytes()).map(|byte| f32::from(byte == b'#')).collect();
        ProbabilityMap { width: rows[0].len(), height: rows.len(), values }
    }

    #[test]
    fn pixels_that_touch_at_a_corner_are_one_region() {
        let found = map(&["#...", ".#..", "...#"]).regions(0.5);
        assert_eq!(found.iter().map(|region| region.area).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn regions_do_not_wrap_around_the_edges() {
        assert_eq!(map(&["...#", "#..."]).regions(0.5).len(), 2);
    }

    #[test]
    fn the_outline_has_the_ends_of_each_row() {
        let found = map(&[".###", "##.#"]).regions(0.5);
        assert_eq!(found[0].outline, [[1.5, 0.5], [3.5, 0.5], [0.5, 1.5], [3.5, 1.5]]);
    }

    #[test]
    fn nothing_above_the_threshold_is_no_region() {
        assert!(map(&["....", "...."]).regions(0.5).is_empty());
    }
}

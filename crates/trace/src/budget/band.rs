//! A band of rows of a coverage: toggles a layer inside a polygon with the exact change of the error.

use linocut_svg::Point;

use super::area::AreaScanner;
use super::coverage::{Cover, Tops};
use super::exact::Shares;
use super::paint::{Paints, Place, Rgb};
use super::scan::{LINES, Scanner};

/// A band of rows of a coverage.
#[derive(Debug)]
pub(crate) struct Band<'a> {
    pub(crate) width: usize,
    pub(crate) rows: std::ops::Range<i32>,
    pub(crate) covers: &'a mut [Cover],
    pub(crate) tops: &'a mut [Tops],
    pub(crate) residuals: &'a mut [Rgb],
    pub(crate) weights: &'a [f32],
    /// The picture.
    pub(crate) targets: &'a [Rgb],
    /// Sums of residuals over cells, and their weights; empty where they do not count.
    pub(crate) sums: &'a mut [[i32; 4]],
    pub(crate) sum_weights: &'a [f32],
    /// What layers cover of each pixel by area, where that counts and not the samples.
    pub(crate) shares: Option<Shares<'a>>,
}

/// Side of a cell in pixels.
pub(crate) const CELL: usize = 4;

impl Band<'_> {
    /// The rows of pixels in the band.
    pub(crate) fn rows(&self) -> std::ops::Range<i32> {
        self.rows.clone()
    }

    /// Splits the band above a row.
    pub(crate) fn split(self, row: i32) -> (Self, Self) {
        let pixels = (row - self.rows.start) as usize * self.width;
        let (covers, covers_below) = self.covers.split_at_mut(pixels);
        let (tops, tops_below) = self.tops.split_at_mut(pixels);
        let (residuals, residuals_below) = self.residuals.split_at_mut(pixels);
        let (weights, weights_below) = self.weights.split_at(pixels);
        let (targets, targets_below) = self.targets.split_at(pixels);
        let width = self.width;
        let cells =
            if self.sums.is_empty() { 0 } else { (row - self.rows.start) as usize / CELL * width.div_ceil(CELL) };
        let (sums, sums_below) = self.sums.split_at_mut(cells);
        let (sum_weights, sum_weights_below) = self.sum_weights.split_at(cells);
        let (shares, shares_below) = self.shares.map(|shares| shares.split(pixels)).unzip();
        let above = Self {
            width,
            rows: self.rows.start..row,
            covers,
            tops,
            residuals,
            weights,
            targets,
            sums,
            sum_weights,
            shares,
        };
        let below = Self {
            width,
            rows: row..self.rows.end,
            covers: covers_below,
            tops: tops_below,
            residuals: residuals_below,
            weights: weights_below,
            targets: targets_below,
            sums: sums_below,
            sum_weights: sum_weights_below,
            shares: shares_below,
        };
        (above, below)
    }

    /// Change of the error if a layer's cover were toggled inside a closed polygon in fine units, within the band's rows.
    pub(crate) fn try_toggle(&self, tools: &mut Tools, paints: &Paints, layer: usize, toggled: Toggled<'_>) -> f64 {
        match (&self.shares, paints.has_ramps()) {
            (Some(_), _) => self.try_share(tools, paints, layer, toggled),
            (None, true) => self.try_toggle_with::<true>(tools, paints, layer, toggled.outline),
            (None, false) => self.try_toggle_with::<false>(tools, paints, layer, toggled.outline),
        }
    }

    fn try_toggle_with<const RAMPS: bool>(
        &self,
        tools: &mut Tools,
        paints: &Paints,
        layer: usize,
        points: &[Point],
    ) -> f64 {
        let Tools { scanner, row: flags, cells, .. } = tools;
        scanner.load(points);
        let mut change = 0.0;
        let coarse = !self.sums.is_empty();
        let mut reach = (usize::MAX, 0);
        for row in scanner.rows() {
            if coarse && (row as usize).is_multiple_of(CELL) && reach.0 < reach.1 {
                change += self.flush(cells, row - 1, reach);
                reach = (usize::MAX, 0);
            }
            let (inside, from, to) = scanner.inside(row, flags);
            if from >= to {
                continue;
            }
            let start = (row - self.rows.start) as usize * self.width;
            let pixels = start + from..start + to;
            let tops = &self.tops[pixels.clone()];
            let covers = &self.covers[pixels.clone()];
            let residuals = &self.residuals[pixels.clone()];
            let weights = &self.weights[pixels];
            for x in 0..to - from {
                let flag = inside.take(from + x, flags);
                if flag == 0 {
                    continue;
                }
                let place = ((from + x) as i32, row);
                let d = difference::<RAMPS>(flag, tops[x], &covers[x], (paints, place), layer);
                let r = residuals[x];
                let mut gain = 0;
                for lane in 0..4 {
                    gain += i32::from(d[lane]) * (i32::from(d[lane]) - 2 * i32::from(r[lane]));
                }
                change += f64::from(gain) * f64::from(weights[x]);
                if coarse {
                    let cell = &mut cells[(from + x) / CELL];
                    for lane in 0..4 {
                        cell[lane] += i32::from(d[lane]);
                    }
                }
            }
            if coarse {
                reach = (reach.0.min(from), reach.1.max(to));
            }
        }
        if coarse && reach.0 < reach.1 {
            change += self.flush(cells, scanner.rows().end - 1, reach);
        }
        change
    }

    /// Change of the error of the cells of a row of pixels.
    #[inline]
    pub(crate) fn flush(&self, cells: &mut [[i32; 4]], row: i32, reach: (usize, usize)) -> f64 {
        let start = (row - self.rows.start) as usize / CELL * self.width.div_ceil(CELL);
        let mut change = 0.0;
        let columns = reach.0 / CELL..(reach.1 - 1) / CELL + 1;
        for (cell, at) in cells[columns.clone()].iter_mut().zip(columns) {
            let d = std::mem::take(cell).map(|v| v as f32);
            let r = self.sums[start + at];
            let mut gain = 0.0_f32;
            for lane in 0..4 {
                gain += d[lane] * (d[lane] - 2.0 * r[lane] as f32);
            }
            change += f64::from(gain * self.sum_weights[start + at]);
        }
        change
    }

    /// Toggles a layer's cover inside a closed polygon in fine units, within the band's rows.
    pub(crate) fn toggle(&mut self, tools: &mut Tools, paints: &Paints, layer: usize, toggled: Toggled<'_>) {
        let Tools { scanner, row: flags, .. } = tools;
        scanner.load(toggled.outline);
        let coarse = !self.sums.is_empty();
        let sampled = self.shares.is_none();
        for row in scanner.rows() {
            let (inside, from, to) = scanner.inside(row, flags);
            if from >= to {
                continue;
            }
            let start = (row - self.rows.start) as usize * self.width;
            for x in 0..to - from {
                let flag = inside.take(from + x, flags);
                if flag == 0 {
                    continue;
                }
                let pixel = start + from + x;
                if sampled {
                    let place = ((from + x) as i32, row);
                    let d = difference::<true>(flag, self.tops[pixel], &self.covers[pixel], (paints, place), layer);
                    self.residuals[pixel].iter_mut().zip(d).for_each(|(r, d)| *r -= d);
                    if coarse {
                        let row = (row - self.rows.start) as usize / CELL * self.width.div_ceil(CELL);
                        let cell = &mut self.sums[row + (from + x) / CELL];
                        cell.iter_mut().zip(d).for_each(|(r, d)| *r -= i32::from(d));
                    }
                }
                for line in 0..LINES {
                    if flag >> line & 1 == 1 {
                        let mask = self.covers[pixel].masks[line] ^ 1 << layer;
                        self.covers[pixel].masks[line] = mask;
                        self.tops[pixel].see(line, mask, paints);
                    }
                }
            }
        }
        self.share(tools, paints, layer, toggled);
    }
}

/// A closed polygon in fine units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Toggled<'a> {
    pub(crate) outline: &'a [Point],
    /// Whether the layer covers more by it, where the polygon winds in the positive direction, or less.
    pub(crate) adds: bool,
}

/// Change of the sum of a pixel's samples when those of `flag` are toggled.
#[inline]
fn difference<const RAMPS: bool>(
    flag: u8,
    tops: Tops,
    cover: &Cover,
    (paints, place): (&Paints, Place),
    layer: usize,
) -> Rgb {
    if flag == 15 && tops.only().is_some() {
        return difference_of_all::<RAMPS>(tops, cover, (paints, place), layer);
    }
    let mut sum: Rgb = [0; 4];
    for line in 0..LINES {
        let (base, top) = (usize::from(tops.bases[line]), usize::from(tops.tops[line]));
        if flag >> line & 1 == 0 || base > layer {
            continue;
        }
        let (old, new) = if base == top {
            let under = usize::from(tops.unders[line]);
            let old = paints.color::<RAMPS>(base, place);
            if layer > top {
                (old, paints.over::<RAMPS>(old, layer, place))
            } else if paints.is_opaque(under) {
                (old, paints.color::<RAMPS>(under, place))
            } else {
                (old, paints.shade::<RAMPS>(cover.masks[line] ^ 1 << layer, place))
            }
        } else {
            let old = paints.shade::<RAMPS>(cover.masks[line], place);
            (
                old,
                if layer > top {
                    paints.over::<RAMPS>(old, layer, place)
                } else {
                    paints.shade::<RAMPS>(cover.masks[line] ^ 1 << layer, place)
                },
            )
        };
        for lane in 0..4 {
            sum[lane] += new[lane] - old[lane];
        }
    }
    sum
}

/// The same for all samples of a pixel that show one opaque layer.
#[inline]
fn difference_of_all<const RAMPS: bool>(
    tops: Tops,
    cover: &Cover,
    (paints, place): (&Paints, Place),
    layer: usize,
) -> Rgb {
    let base = usize::from(tops.bases[0]);
    let old = paints.color::<RAMPS>(base, place);
    if base > layer {
        return [0; 4];
    }
    if base < layer {
        let new = paints.over::<RAMPS>(old, layer, place);
        return std::array::from_fn(|i| 4 * (new[i] - old[i]));
    }
    let under = usize::from(tops.unders[0]);
    if tops.unders == [tops.unders[0]; LINES] && paints.is_opaque(under) {
        let new = paints.color::<RAMPS>(under, place);
        return std::array::from_fn(|i| 4 * (new[i] - old[i]));
    }
    let mut sum = old.map(|v| -4 * v);
    for mask in cover.masks {
        let new = paints.shade::<RAMPS>(mask ^ 1 << layer, place);
        sum.iter_mut().zip(new).for_each(|(sum, v)| *sum += v);
    }
    sum
}

/// Buffers for scan conversion, one set per thread.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    scanner: Scanner,
    pub(crate) areas: AreaScanner,
    /// Samples of a row that lie inside, zero between uses.
    row: Vec<u8>,
    /// Changes of cells, zero between uses.
    pub(crate) cells: Vec<[i32; 4]>,
    /// Outlines before and after a change, in fine units.
    pub(crate) spans: [Vec<Point>; 2],
}

impl Tools {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            scanner: Scanner::default(),
            areas: AreaScanner::new(width),
            row: vec![0; width],
            cells: vec![[0; 4]; width.div_ceil(CELL)],
            spans: Default::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use linocut_svg::Color;
    use proptest::prelude::*;

    use super::super::coverage::Coverage;
    use super::super::objective::Measure;
    use super::super::paint::Paint;
    use super::super::ramp::{Ramp, Way};
    use super::super::space::Space;
    use super::*;

    fn image() -> RgbImage {
        RgbImage::from_fn(24, 20, |x, y| image::Rgb([(x * 10) as u8, (y * 12) as u8, ((x * y) % 251) as u8]))
    }

    /// Plain squared error, and that of luma, colour and cells.
    fn measures() -> [Measure; 2] {
        let weights: Vec<f32> = (0..480).map(|i| 0.5 + (i % 7) as f32 / 6.0).collect();
        [Measure::plain(weights.clone()), Measure { weights, cells: 2.0, space: Space::opponent(3.5, 1.0) }]
    }

    /// Paints of four layers, or of five, the last of which has a ramp.
    fn paints(space: Space, ramps: bool) -> Paints {
        let paint = |hex, alpha| Paint { alpha, ..Paint::opaque(Color::from_hex(hex)) };
        let way = Way::Radial(Point::new(9, 7), 14);
        let ramp = Ramp { way, middle: Some(Color::from_hex(0x40ff20)), last: Color::WHITE };
        let all = [paint(0x808080, 1000), paint(0xff0000, 1000), paint(0x00ff40, 400), paint(0x0000ff, 1000)];
        let all = all.into_iter().chain([Paint { ramp: Some(ramp), ..paint(0x200060, 1000) }]);
        Paints::new(space, 1, all.take(if ramps { 5 } else { 4 }))
    }

    fn adding(outline: &[Point]) -> Toggled<'_> {
        Toggled { outline, adds: true }
    }

    fn polygons() -> impl Strategy<Value = Vec<(usize, Vec<Point>)>> {
        let point = (0..=16 * 24_i32, 0..=16 * 20_i32).prop_map(|(x, y)| Point::new(x, y));
        prop::collection::vec((1..5_usize, prop::collection::vec(point, 3..7)), 1..12)
    }

    proptest! {
        #[test]
        fn a_tried_toggle_tells_what_the_toggle_does(polygons in polygons(), ramps: bool) {
            for measure in measures() {
                let (paints, mut tools) = (paints(measure.space, ramps), Tools::new(24));
                let mut coverage = Coverage::new(&image(), measure, &paints);
                for (layer, points) in polygons.iter().filter(|(layer, _)| ramps || *layer < 4) {
                    let before = coverage.error();
                    let told = coverage.band().try_toggle(&mut tools, &paints, *layer, adding(points));
                    coverage.band().toggle(&mut tools, &paints, *layer, adding(points));
                    let after = coverage.error();
                    prop_assert!((after - before - told).abs() <= 1e-5 * before.max(1e6));
                    let shown = coverage.residuals().to_vec();
                    coverage.repaint(&paints);
                    prop_assert_eq!((&shown[..], after), (coverage.residuals(), coverage.error()));
                }
            }
        }

        #[test]
        fn toggling_all_again_in_any_order_restores_everything(polygons in polygons()) {
            let (paints, mut tools) = (paints(Space::default(), true), Tools::new(24));
            let mut coverage = Coverage::new(&image(), Measure::plain(vec![1.0; 480]), &paints);
            let before = coverage.residuals().to_vec();
            for (layer, points) in polygons.iter().chain(polygons.iter().rev()) {
                coverage.band().toggle(&mut tools, &paints, *layer, adding(points));
            }
            prop_assert_eq!(before, coverage.residuals());
        }
    }

    #[test]
    fn bands_see_the_same_as_the_whole() {
        for measure in measures() {
            let (paints, mut tools) = (paints(measure.space, true), Tools::new(24));
            let mut coverage = Coverage::new(&image(), measure, &paints);
            let triangle = [(3, 10), (20, 12), (9, 20)].map(|(x, y)| Point::new(16 * x, 16 * y));
            let whole = coverage.band().try_toggle(&mut tools, &paints, 1, adding(&triangle));
            let bands = coverage.bands(&[8]);
            assert_eq!((bands[0].rows(), bands[1].rows()), (0..8, 8..20));
            assert_eq!(bands[1].try_toggle(&mut tools, &paints, 1, adding(&triangle)), whole);
        }
    }
}

//! Which layers cover each sample, what the samples look like, and how far that is from the picture.

use image::RgbImage;
use linocut_svg::Point;

use super::paint::{Mask, Paints, Rgb, top};
use super::scan::{LINES, Scanner};

/// What covers the samples of a pixel.
#[derive(Clone, Copy, Debug)]
struct Cover {
    masks: [Mask; LINES],
}

/// The topmost layers at the samples of a pixel.
#[derive(Clone, Copy, Debug, Default)]
struct Tops {
    /// Topmost layer that hides what is below.
    bases: [u8; LINES],
    /// Topmost layer of any kind.
    tops: [u8; LINES],
}

impl Tops {
    #[inline]
    fn see(&mut self, line: usize, mask: Mask, paints: &Paints) {
        self.bases[line] = paints.top_opaque(mask);
        self.tops[line] = top(mask);
    }
}

/// The samples of a picture with what covers them; always as the layers say.
#[derive(Clone, Debug)]
pub(crate) struct Coverage {
    width: usize,
    height: usize,
    covers: Vec<Cover>,
    tops: Vec<Tops>,
    /// Four times the picture less the sum of the samples' looks, by pixel.
    residuals: Vec<Rgb>,
    weights: Vec<f32>,
    /// The picture.
    targets: Vec<Rgb>,
}

impl Coverage {
    /// A picture under the background alone.
    pub(crate) fn new(image: &RgbImage, weights: Vec<f32>, paints: &Paints) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let pixels = width * height;
        let target =
            |pixel: &image::Rgb<u8>| -> Rgb { std::array::from_fn(|i| pixel.0.get(i).map_or(0, |&v| i16::from(v))) };
        let targets: Vec<Rgb> = image.pixels().map(target).collect();
        let mut coverage = Self {
            width,
            height,
            covers: vec![Cover { masks: [1; LINES] }; pixels],
            tops: vec![Tops::default(); pixels],
            residuals: vec![[0; 4]; pixels],
            weights,
            targets,
        };
        coverage.repaint(paints);
        coverage
    }

    /// All of it.
    pub(crate) fn band(&mut self) -> Band<'_> {
        Band {
            width: self.width,
            rows: 0..self.height as i32,
            covers: &mut self.covers,
            tops: &mut self.tops,
            residuals: &mut self.residuals,
            weights: &self.weights,
        }
    }

    /// Rows cut into bands at these rows, from top to bottom.
    pub(crate) fn bands(&mut self, cuts: &[i32]) -> Vec<Band<'_>> {
        let mut rest = self.band();
        let mut bands = Vec::with_capacity(cuts.len() + 1);
        for &cut in cuts {
            let (band, below) = rest.split(cut);
            bands.push(band);
            rest = below;
        }
        bands.push(rest);
        bands
    }

    /// Weighted squared error over all pixels and channels, times 16.
    pub(crate) fn error(&self) -> f64 {
        self.residuals.iter().zip(&self.weights).map(|(r, w)| f64::from(*w) * f64::from(squared(*r))).sum()
    }

    pub(crate) fn residuals(&self) -> &[Rgb] {
        &self.residuals
    }

    pub(crate) fn weights(&self) -> &[f32] {
        &self.weights
    }

    pub(crate) fn targets(&self) -> &[Rgb] {
        &self.targets
    }

    pub(crate) fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Masks of the samples of a pixel, line by line.
    pub(crate) fn masks(&self, pixel: usize) -> [Mask; LINES] {
        self.covers[pixel].masks
    }

    /// What the pixels look like.
    pub(crate) fn looks(&self) -> Vec<[f64; 3]> {
        let look = |(t, r): (&Rgb, &Rgb)| std::array::from_fn(|i| f64::from(t[i]) - f64::from(r[i]) / 4.0);
        self.targets.iter().zip(&self.residuals).map(look).collect()
    }

    /// Looks at all samples anew after paints have changed.
    pub(crate) fn repaint(&mut self, paints: &Paints) {
        for pixel in 0..self.covers.len() {
            self.repaint_pixel(paints, pixel);
        }
    }

    /// Looks anew at what a layer covers after its paint has changed.
    pub(crate) fn repaint_layer(&mut self, paints: &Paints, layer: usize) {
        for pixel in 0..self.covers.len() {
            let masks = self.covers[pixel].masks;
            if masks.iter().fold(0, |all, mask| all | mask) >> layer & 1 == 1 {
                self.repaint_pixel(paints, pixel);
            }
        }
    }

    fn repaint_pixel(&mut self, paints: &Paints, pixel: usize) {
        let masks = self.covers[pixel].masks;
        let mut shades = [0_i16; 4];
        for (line, &mask) in masks.iter().enumerate() {
            self.tops[pixel].see(line, mask, paints);
            let shade = paints.shade(mask);
            shades.iter_mut().zip(shade).for_each(|(sum, v)| *sum += v);
        }
        let target = self.targets[pixel];
        self.residuals[pixel] = std::array::from_fn(|i| 4 * target[i] - shades[i]);
    }

    /// Replaces what the picture should look like, by pixel.
    pub(crate) fn retarget(&mut self, targets: Vec<Rgb>, paints: &Paints) {
        self.targets = targets;
        self.repaint(paints);
    }

    /// Renumbers the layers: `places[old]` is the new number, `None` for layers that cover nothing.
    pub(crate) fn renumber(&mut self, places: &[Option<u8>], paints: &Paints) {
        for (cover, tops) in self.covers.iter_mut().zip(&mut self.tops) {
            for line in 0..LINES {
                let mut moved: Mask = 0;
                let mut rest = cover.masks[line];
                while rest != 0 {
                    let old = rest.trailing_zeros() as usize;
                    moved |= places[old].map_or(0, |new| 1 << new);
                    rest &= rest - 1;
                }
                cover.masks[line] = moved;
                tops.see(line, moved, paints);
            }
        }
    }
}

/// Sum of the squares of the lanes.
#[inline]
pub(crate) fn squared(r: Rgb) -> i32 {
    r.iter().map(|&v| i32::from(v) * i32::from(v)).sum()
}

/// Some rows of a coverage.
#[derive(Debug)]
pub(crate) struct Band<'a> {
    width: usize,
    rows: std::ops::Range<i32>,
    covers: &'a mut [Cover],
    tops: &'a mut [Tops],
    residuals: &'a mut [Rgb],
    weights: &'a [f32],
}

impl Band<'_> {
    /// Rows of pixels.
    pub(crate) fn rows(&self) -> std::ops::Range<i32> {
        self.rows.clone()
    }

    fn split(self, row: i32) -> (Self, Self) {
        let pixels = (row - self.rows.start) as usize * self.width;
        let (covers, covers_below) = self.covers.split_at_mut(pixels);
        let (tops, tops_below) = self.tops.split_at_mut(pixels);
        let (residuals, residuals_below) = self.residuals.split_at_mut(pixels);
        let (weights, weights_below) = self.weights.split_at(pixels);
        let width = self.width;
        let above = Self { width, rows: self.rows.start..row, covers, tops, residuals, weights };
        let below = Self {
            width,
            rows: row..self.rows.end,
            covers: covers_below,
            tops: tops_below,
            residuals: residuals_below,
            weights: weights_below,
        };
        (above, below)
    }

    /// Change of the error if a layer's cover were toggled inside a closed polygon within the band's rows.
    pub(crate) fn try_toggle(&self, tools: &mut Tools, paints: &Paints, layer: usize, points: &[Point]) -> f64 {
        let Tools { scanner, row: flags } = tools;
        scanner.load(points);
        let mut change = 0.0;
        for row in scanner.rows() {
            let (from, to) = scanner.flags(row, flags);
            if from >= to {
                continue;
            }
            let start = (row - self.rows.start) as usize * self.width;
            let pixels = start + from..start + to;
            let tops = &self.tops[pixels.clone()];
            let covers = &self.covers[pixels.clone()];
            let residuals = &self.residuals[pixels.clone()];
            let weights = &self.weights[pixels];
            for (x, flag) in flags[from..to].iter_mut().enumerate() {
                let flag = std::mem::take(flag);
                if flag == 0 {
                    continue;
                }
                let d = difference(flag, tops[x], &covers[x], paints, layer);
                let r = residuals[x];
                let mut gain = 0;
                for lane in 0..4 {
                    gain += i32::from(d[lane]) * (i32::from(d[lane]) - 2 * i32::from(r[lane]));
                }
                change += gain as f32 * weights[x];
            }
        }
        f64::from(change)
    }

    /// Toggles a layer's cover inside a closed polygon within the band's rows.
    pub(crate) fn toggle(&mut self, tools: &mut Tools, paints: &Paints, layer: usize, points: &[Point]) {
        let Tools { scanner, row: flags } = tools;
        scanner.load(points);
        for row in scanner.rows() {
            let (from, to) = scanner.flags(row, flags);
            if from >= to {
                continue;
            }
            let start = (row - self.rows.start) as usize * self.width;
            for (x, flag) in flags[from..to].iter_mut().enumerate() {
                let flag = std::mem::take(flag);
                if flag == 0 {
                    continue;
                }
                let pixel = start + from + x;
                let d = difference(flag, self.tops[pixel], &self.covers[pixel], paints, layer);
                self.residuals[pixel].iter_mut().zip(d).for_each(|(r, d)| *r -= d);
                for line in 0..LINES {
                    if flag >> line & 1 == 1 {
                        let mask = self.covers[pixel].masks[line] ^ 1 << layer;
                        self.covers[pixel].masks[line] = mask;
                        self.tops[pixel].see(line, mask, paints);
                    }
                }
            }
        }
    }
}

/// Change of the sum of a pixel's samples when those of `flag` are toggled.
#[inline]
fn difference(flag: u8, tops: Tops, cover: &Cover, paints: &Paints, layer: usize) -> Rgb {
    let all = [tops.bases[0]; LINES];
    if flag == 15 && tops.bases == all && tops.tops == all {
        return difference_of_all(tops.bases[0].into(), cover, paints, layer);
    }
    let mut sum: Rgb = [0; 4];
    for line in 0..LINES {
        let (base, top) = (usize::from(tops.bases[line]), usize::from(tops.tops[line]));
        if flag >> line & 1 == 0 || base > layer {
            continue;
        }
        let (old, new) = if layer > top {
            let old = if base == top { paints.color(base) } else { paints.shade(cover.masks[line]) };
            (old, paints.over(old, layer))
        } else {
            let mask = cover.masks[line];
            let old = if base == top { paints.color(base) } else { paints.shade(mask) };
            (old, paints.shade(mask ^ 1 << layer))
        };
        for lane in 0..4 {
            sum[lane] += new[lane] - old[lane];
        }
    }
    sum
}

/// The same for all samples of a pixel that show one opaque layer.
#[inline]
fn difference_of_all(base: usize, cover: &Cover, paints: &Paints, layer: usize) -> Rgb {
    let old = paints.color(base);
    if base > layer {
        return [0; 4];
    }
    if base < layer {
        let new = paints.over(old, layer);
        return std::array::from_fn(|i| 4 * (new[i] - old[i]));
    }
    let mut sum = old.map(|v| -4 * v);
    for mask in cover.masks {
        let new = paints.shade(mask ^ 1 << layer);
        sum.iter_mut().zip(new).for_each(|(sum, v)| *sum += v);
    }
    sum
}

/// What scanning needs, one for each thread.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    scanner: Scanner,
    /// Samples of a row that lie inside, zero between uses.
    row: Vec<u8>,
}

impl Tools {
    pub(crate) fn new(width: usize) -> Self {
        Self { scanner: Scanner::default(), row: vec![0; width] }
    }
}

#[cfg(test)]
mod tests {
    use linocut_svg::Color;
    use proptest::prelude::*;

    use super::super::paint::Paint;
    use super::*;

    fn image() -> RgbImage {
        RgbImage::from_fn(24, 20, |x, y| image::Rgb([(x * 10) as u8, (y * 12) as u8, ((x * y) % 251) as u8]))
    }

    fn paints() -> Paints {
        let paint = |hex, alpha| Paint { color: Color::from_hex(hex), alpha };
        Paints::new(
            [paint(0x808080, 1000), paint(0xff0000, 1000), paint(0x00ff40, 400), paint(0x0000ff, 1000)].into_iter(),
        )
    }

    fn polygons() -> impl Strategy<Value = Vec<(usize, Vec<Point>)>> {
        let point = (0..=24_i32, 0..=20_i32).prop_map(|(x, y)| Point::new(x, y));
        prop::collection::vec((1..4_usize, prop::collection::vec(point, 3..7)), 1..12)
    }

    proptest! {
        #[test]
        fn a_tried_toggle_tells_what_the_toggle_does(polygons in polygons()) {
            let (paints, mut tools) = (paints(), Tools::new(24));
            let mut coverage = Coverage::new(&image(), vec![1.0; 480], &paints);
            for (layer, points) in &polygons {
                let before = coverage.error();
                let told = coverage.band().try_toggle(&mut tools, &paints, *layer, points);
                coverage.band().toggle(&mut tools, &paints, *layer, points);
                prop_assert!((coverage.error() - before - told).abs() <= 1e-5 * before.max(1e6));
                let shown = coverage.residuals().to_vec();
                coverage.repaint(&paints);
                prop_assert_eq!(&shown, coverage.residuals());
            }
        }

        #[test]
        fn toggling_all_again_in_any_order_restores_everything(polygons in polygons()) {
            let (paints, mut tools) = (paints(), Tools::new(24));
            let mut coverage = Coverage::new(&image(), vec![1.0; 480], &paints);
            let before = coverage.residuals().to_vec();
            for (layer, points) in polygons.iter().chain(polygons.iter().rev()) {
                coverage.band().toggle(&mut tools, &paints, *layer, points);
            }
            prop_assert_eq!(before, coverage.residuals());
        }
    }

    #[test]
    fn bands_see_the_same_as_the_whole() {
        let (paints, mut tools) = (paints(), Tools::new(24));
        let mut coverage = Coverage::new(&image(), vec![1.0; 480], &paints);
        let triangle = [Point::new(3, 10), Point::new(20, 12), Point::new(9, 20)];
        let whole = coverage.band().try_toggle(&mut tools, &paints, 1, &triangle);
        let bands = coverage.bands(&[8]);
        assert_eq!((bands[0].rows(), bands[1].rows()), (0..8, 8..20));
        assert_eq!(bands[1].try_toggle(&mut tools, &paints, 1, &triangle), whole);
    }
}

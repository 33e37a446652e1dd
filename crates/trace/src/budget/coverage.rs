//! Which layers cover each sample, the colours that result, and their exact error against the picture.

use std::sync::Mutex;

use image::RgbImage;

use super::band::{Band, CELL};
use super::exact::Areas;
use super::objective::Measure;
use super::paint::{Mask, Paints, Rgb, top};
use super::scan::LINES;
use super::space::Space;
use super::threads::{in_strips, on_all};
use crate::picture::GROUND;

/// The layers that cover the samples of a pixel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cover {
    pub(crate) masks: [Mask; LINES],
}

/// The topmost layers at the samples of a pixel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tops {
    /// Topmost opaque layer.
    pub(crate) bases: [u8; LINES],
    /// Topmost layer of any kind.
    pub(crate) tops: [u8; LINES],
    /// Topmost layer below that.
    pub(crate) unders: [u8; LINES],
}

impl Tops {
    #[inline]
    pub(crate) fn see(&mut self, line: usize, mask: Mask, paints: &Paints) {
        self.bases[line] = paints.top_opaque(mask);
        let top_layer = top(mask);
        self.tops[line] = top_layer;
        self.unders[line] = top(mask & !(1 << top_layer));
    }

    /// Takes what the first sample shows for all.
    pub(crate) fn spread(&mut self) {
        *self = Self { bases: [self.bases[0]; LINES], tops: [self.tops[0]; LINES], unders: [self.unders[0]; LINES] };
    }

    /// The opaque layer that all samples show, if they show one.
    #[inline]
    pub(crate) fn only(&self) -> Option<u8> {
        let all = [self.bases[0]; LINES];
        (self.bases == all && self.tops == all).then_some(self.bases[0])
    }
}

/// The samples of a picture with the layers that cover them; always consistent with the layers.
#[derive(Clone, Debug)]
pub(crate) struct Coverage {
    width: usize,
    height: usize,
    covers: Vec<Cover>,
    tops: Vec<Tops>,
    /// Four times the picture minus the sum of the samples' colours, by pixel.
    residuals: Vec<Rgb>,
    weights: Vec<f32>,
    /// The picture.
    targets: Vec<Rgb>,
    /// Sums of residuals over cells, and their weights; empty where they do not count.
    sums: Vec<[i32; 4]>,
    sum_weights: Vec<f32>,
    /// How much more the mean error of a cell counts than its share of that of the pixels.
    cells: f32,
    /// What layers cover by area, once that counts.
    pub(super) areas: Option<Areas>,
    /// Threads for what is done with every pixel.
    pub(crate) threads: usize,
}

impl Coverage {
    /// A picture under the background alone.
    pub(crate) fn new(image: &RgbImage, measure: Measure, paints: &Paints) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let pixels = width * height;
        let targets: Vec<Rgb> = image.pixels().map(|pixel| paints.space().whole(pixel.0)).collect();
        let mut coverage = Self {
            width,
            height,
            covers: vec![Cover { masks: [1; LINES] }; pixels],
            tops: vec![Tops::default(); pixels],
            residuals: vec![[0; 4]; pixels],
            weights: measure.weights,
            targets,
            sums: Vec::new(),
            sum_weights: Vec::new(),
            cells: measure.cells,
            areas: None,
            threads: 1,
        };
        coverage.weigh_cells();
        coverage.repaint(paints);
        coverage
    }

    /// The whole coverage as one band.
    pub(crate) fn band(&mut self) -> Band<'_> {
        Band {
            width: self.width,
            rows: 0..self.height as i32,
            covers: &mut self.covers,
            tops: &mut self.tops,
            residuals: &mut self.residuals,
            weights: &self.weights,
            targets: &self.targets,
            sums: &mut self.sums,
            sum_weights: &self.sum_weights,
            shares: self.areas.as_mut().map(Areas::shares),
        }
    }

    /// Bands cut at these rows, from top to bottom.
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

    /// Weighted squared error over all pixels and lanes, and over all cells if they count, times 16.
    pub(crate) fn error(&self) -> f64 {
        let (width, columns) = (self.width, self.width.div_ceil(CELL));
        let square = |r: &[i32; 4]| r.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>();
        let parts = in_strips(self.threads, self.height, CELL, |rows| {
            let pixels = rows.start * width..rows.end * width;
            let pixels = self.residuals[pixels.clone()].iter().zip(&self.weights[pixels]);
            let fine: f64 = pixels.map(|(r, w)| f64::from(*w) * f64::from(squared(*r))).sum();
            if self.sums.is_empty() {
                return Some(fine);
            }
            let cells = rows.start / CELL * columns..rows.end.div_ceil(CELL) * columns;
            let cells = self.sums[cells.clone()].iter().zip(&self.sum_weights[cells]);
            Some(fine + cells.map(|(r, w)| f64::from(*w) * square(r)).sum::<f64>())
        });
        parts.unwrap_or_default().into_iter().sum()
    }

    /// Weights of the sums over cells; empty where they do not count.
    pub(crate) fn cell_weights(&self) -> &[f32] {
        &self.sum_weights
    }

    /// Weighs every cell by the mean weight of its pixels.
    fn weigh_cells(&mut self) {
        if self.cells == 0.0 {
            return;
        }
        let columns = self.width.div_ceil(CELL);
        self.sum_weights = vec![0.0; columns * self.height.div_ceil(CELL)];
        // A cell of pixels that all miss `r` has the sum `CELL^2 r`; its square is to count as much as `CELL^2` times `r^2`.
        let share = self.cells / (CELL * CELL * CELL * CELL) as f32;
        for (pixel, weight) in self.weights.iter().enumerate() {
            let (x, y) = (pixel % self.width, pixel / self.width);
            self.sum_weights[y / CELL * columns + x / CELL] += share * weight;
        }
        self.sums = vec![[0; 4]; self.sum_weights.len()];
    }

    #[cfg(test)]
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

    /// The opaque layer that all samples of a pixel show, if they show one.
    pub(crate) fn only(&self, pixel: usize) -> Option<usize> {
        self.tops[pixel].only().map(usize::from)
    }

    /// Masks of the samples of a pixel, line by line.
    pub(crate) fn masks(&self, pixel: usize) -> [Mask; LINES] {
        self.covers[pixel].masks
    }

    /// The colours of the pixels.
    pub(crate) fn looks(&self) -> Vec<[f64; 3]> {
        let look = |(t, r): (&Rgb, &Rgb)| std::array::from_fn(|i| f64::from(t[i]) - f64::from(r[i]) / 4.0);
        self.targets.iter().zip(&self.residuals).map(look).collect()
    }

    /// The colours of the pixels as a picture; transparent parts are over the ground.
    pub(crate) fn picture(&self, space: Space) -> RgbImage {
        self.picture_over(space, GROUND)
    }

    /// The same with this grey behind transparent parts.
    pub(crate) fn picture_over(&self, space: Space, grey: u8) -> RgbImage {
        let looks = self.looks();
        // Of a picture without transparent parts the fourth lane is 0 everywhere.
        let lift = (f64::from(grey) - f64::from(GROUND)) / f64::from(space.clear().max(1));
        RgbImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let pixel = y as usize * self.width + x as usize;
            let clear = f64::from(self.targets[pixel][3]) - f64::from(self.residuals[pixel][3]) / 4.0;
            image::Rgb(space.rgb(looks[pixel]).map(|v| (v + lift * clear).round().clamp(0.0, 255.0) as u8))
        })
    }

    /// Recomputes all samples after paints have changed.
    pub(crate) fn repaint(&mut self, paints: &Paints) {
        self.in_bands(|band| band.repaint(paints, None));
    }

    /// Recomputes the samples that a layer covers after its paint has changed.
    pub(crate) fn repaint_layer(&mut self, paints: &Paints, layer: usize) {
        self.in_bands(|band| band.repaint(paints, Some(layer)));
    }

    /// Does the same with a few bands that hold all rows.
    fn in_bands(&mut self, work: impl Fn(&mut Band<'_>) + Sync) {
        let threads = self.threads;
        let queue = Mutex::new(self.bands(&cuts(self.height as i32)));
        on_all(threads, || {
            while let Some(mut band) = queue.lock().ok().and_then(|mut queue| queue.pop()) {
                work(&mut band);
            }
        });
    }

    /// Replaces the target picture and the weights of pixels where they are given.
    pub(crate) fn retarget(&mut self, targets: Option<Vec<Rgb>>, weights: Option<Vec<f32>>, paints: &Paints) {
        if let Some(weights) = weights {
            self.weights = weights;
            self.weigh_cells();
            self.in_bands(|band| band.sum_up());
        }
        if let Some(targets) = targets {
            self.targets = targets;
            self.repaint(paints);
        }
    }

    /// Renumbers the layers: `places[old]` is the new number, `None` for layers that cover nothing.
    pub(crate) fn renumber(&mut self, places: &[Option<u8>], paints: &Paints) {
        self.in_bands(|band| {
            if let Some(shares) = &mut band.shares {
                shares.renumber(places);
            }
            for (cover, tops) in band.covers.iter_mut().zip(band.tops.iter_mut()) {
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
        });
    }
}

/// Rows between bands of about equal height that hold whole cells.
fn cuts(height: i32) -> Vec<i32> {
    let cell = CELL as i32;
    (1..BANDS).map(|i| height * i / BANDS / cell * cell).filter(|&cut| cut > 0).collect()
}

/// Bands in which every pixel is visited.
const BANDS: i32 = 4;

/// Sum of the squares of the lanes.
#[inline]
pub(crate) fn squared(r: Rgb) -> i32 {
    r.iter().map(|&v| i32::from(v) * i32::from(v)).sum()
}

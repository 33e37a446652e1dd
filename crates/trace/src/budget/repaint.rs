//! What a band of rows shows after paints, targets or weights have changed.

use super::band::{Band, CELL};
use super::paint::Paints;
use super::scan::LINES;

impl Band<'_> {
    /// Recomputes all samples, or those that one layer covers.
    pub(crate) fn repaint(&mut self, paints: &Paints, layer: Option<usize>) {
        for pixel in 0..self.covers.len() {
            let masks = self.covers[pixel].masks;
            let seen = masks.iter().fold(self.present(pixel), |all, mask| all | mask);
            if layer.is_none_or(|layer| seen >> layer & 1 == 1) {
                self.repaint_pixel(paints, pixel);
            }
        }
        self.sum_up();
    }

    fn repaint_pixel(&mut self, paints: &Paints, pixel: usize) {
        let masks = self.covers[pixel].masks;
        let place = ((pixel % self.width) as i32, self.rows.start + (pixel / self.width) as i32);
        let mut shades = [0_i16; 4];
        if masks == [masks[0]; LINES] {
            self.tops[pixel].see(0, masks[0], paints);
            self.tops[pixel].spread();
            shades = paints.shade::<true>(masks[0], place).map(|v| LINES as i16 * v);
        } else {
            for (line, &mask) in masks.iter().enumerate() {
                self.tops[pixel].see(line, mask, paints);
                let shade = paints.shade::<true>(mask, place);
                shades.iter_mut().zip(shade).for_each(|(sum, v)| *sum += v);
            }
        }
        let shades = self.exact_shade(pixel, paints, place).unwrap_or(shades);
        let target = self.targets[pixel];
        self.residuals[pixel] = std::array::from_fn(|i| 4 * target[i] - shades[i]);
    }

    /// Adds up the residuals of every cell.
    pub(crate) fn sum_up(&mut self) {
        if self.sums.is_empty() {
            return;
        }
        self.sums.fill([0; 4]);
        let columns = self.width.div_ceil(CELL);
        for (y, row) in self.residuals.chunks_exact(self.width).enumerate() {
            let sums = &mut self.sums[y / CELL * columns..][..columns];
            for (pixels, sum) in row.chunks(CELL).zip(sums) {
                for residual in pixels {
                    sum.iter_mut().zip(residual).for_each(|(sum, r)| *sum += i32::from(*r));
                }
            }
        }
    }
}

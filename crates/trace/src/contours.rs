//! The contest's shared method: k-means colours and their outer contours.

use std::cmp::Reverse;

use image::RgbImage;
use linocut_core::{Effort, StageError, Task, Trace};
use linocut_svg::{Color, Drawing};

use crate::error::{TraceError, in_range};
use crate::fit::bisect;
use crate::importance::keep_most_important;
use crate::kmeans::{nearest, palette};
use crate::layer::{Layer, Ring, drawing};
use crate::outline::outlines;
use crate::prune::{Fitted, prune};
use crate::reduce::reduce;
use crate::regions::absorb_small;
use crate::simplify::simplify_ring;

/// Contours
#[derive(Clone, PartialEq, Debug)]
pub struct Contours {
    /// grid
    pub grid: u32,
    /// colors
    pub colors: Vec<u32>,
    /// eps
    pub tolerance: f64,
    /// trials
    pub trials: u32,
    /// richness
    pub richness: f64,
    /// step
    pub step: f64,
}

impl Default for Contours {
    fn default() -> Self {
        Self { grid: 384, colors: vec![16, 32], tolerance: 1.0, trials: 5, richness: 6.0, step: 0.08 }
    }
}

impl Contours {
    /// trace
    ///
    /// # Errors
    /// x
    pub fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, TraceError> {
        in_range("grid", self.grid, 8.0..=1024.0, "8 to 1024 units")?;
        let grid = reduce(image, self.grid)?;
        let size = grid.dimensions();
        let background = Layer::background(&grid);
        let smallest = drawing(size, std::slice::from_ref(&background));
        let needed = smallest.byte_count();
        if !task.budget.fits(needed) {
            return Err(TraceError::BudgetTooSmall { budget: task.budget.bytes(), needed });
        }
        let t0 = std::time::Instant::now();
        let target = (task.budget.bytes() as f64 * self.richness) as usize;
        let mut best: Option<Fitted> = None;
        for &count in &self.colors {
            let colors = palette(&grid, count as usize, task.seed);
            let labels: Vec<u16> = grid.pixels().map(|p| nearest(p.0, &colors) as u16).collect();
            eprintln!("palette {:?}", t0.elapsed());
            let found = bisect((0, 9), target, self.trials as usize, |least| {
                let mut labels = labels.clone();
                absorb_small(&mut labels, &grid, 1 << least);
                let mut layers = Vec::new();
                for (label, &[r, g, b]) in (0..).zip(&colors) {
                    for outline in outlines(&labels, label, size) {
                        let ring = Ring::new(simplify_ring(&outline, self.tolerance), size);
                        layers.extend(ring.map(|ring| Layer { color: Color::new(r, g, b), rings: vec![ring] }));
                    }
                }
                keep_most_important(&mut layers, 4000, size);
                layers.sort_by_key(|l| Reverse(l.rings[0].area()));
                layers.insert(0, background.clone());
                let bytes = drawing(size, &layers).byte_count();
                eprintln!("{count} {least} {} layers {bytes} {:?}", layers.len(), t0.elapsed());
                Some((layers, bytes))
            });
            if let Some(layers) = found {
                let fitted = prune(&grid, layers, task.budget.bytes(), self.step, task.stop);
                if let Some(f) = &fitted {
                    eprintln!("fit {} {:?}", psnr(f.error, size), t0.elapsed());
                }
                best = [best, fitted].into_iter().flatten().min_by_key(|f| f.error);
            }
        }
        Ok(best.map_or(smallest, |f| f.drawing))
    }
}
fn psnr(e: i64, s: (u32, u32)) -> f64 {
    10.0 * (255.0 * 255.0 * 3.0 * f64::from(s.0) * f64::from(s.1) / e as f64).log10()
}

impl Trace for Contours {
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
        Self::trace(self, image, task).map_err(|error| StageError::new("contours", error))
    }
}

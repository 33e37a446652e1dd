//! VTracer behind a byte budget.

use image::RgbImage;
use linocut_core::{Effort, StageError, Stop, Task, Trace};
use linocut_svg::Drawing;
use vtracer::{Clustering, ColorImage, Config, FitMode, Hierarchical, Session, VectorDoc, progress::CancelToken};

use crate::convert;
use crate::error::{TraceError, in_range};
use crate::fit::bisect;
use crate::layer::{Layer, drawing};
use crate::prune::{Fitted, prune};
use crate::reduce::reduce;

/// How VTracer's layers lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Layering {
    /// Solid layers over each other.
    #[default]
    Stacked,
    /// A mosaic whose faces share their borders, painted in order of size.
    Cutout,
}

/// VTracer options.
#[derive(Clone, PartialEq, Debug)]
pub struct VTracer {
    /// grid
    pub grid: u32,
    /// speckles
    pub speckles: Vec<u32>,
    /// bits
    pub color_precision: u8,
    /// layering
    pub layering: Layering,
    /// trials
    pub trials: u32,
    /// richness
    pub richness: f64,
    /// step
    pub step: f64,
    /// pixel
    pub pixel: bool,
    /// watershed
    pub watershed: bool,
}

impl Default for VTracer {
    fn default() -> Self {
        Self {
            grid: 384,
            speckles: vec![3, 5],
            color_precision: 8,
            layering: Layering::Stacked,
            trials: 6,
            richness: 3.0,
            step: 0.08,
            pixel: false,
            watershed: false,
        }
    }
}

impl VTracer {
    fn config(&self, speckle: u32, difference: i32) -> Config {
        Config {
            clustering: if self.watershed { Clustering::Watershed } else { Clustering::ColorCluster },
            watershed_detail: (400 - difference * 2).max(0) as u32,
            hierarchical: match self.layering {
                Layering::Stacked => Hierarchical::Stacked,
                Layering::Cutout => Hierarchical::Cutout,
            },
            filter_speckle: speckle as usize,
            color_precision: i32::from(self.color_precision),
            layer_difference: difference,
            mode: if self.pixel { FitMode::Pixel } else { FitMode::Polygon },
            optimize: 0,
            ..Config::default()
        }
    }

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
        let mut session = Session::new(color_image(&grid));
        let target = (task.budget.bytes() as f64 * self.richness) as usize;
        let mut best: Option<Fitted> = None;
        for &speckle in &self.speckles {
            let found = bisect((1, 128), target, self.trials as usize, |difference| {
                let document = render(&mut session, &self.config(speckle, difference), task.stop).ok()?;
                let mut layers = convert::layers(&document, size);
                if self.layering == Layering::Cutout {
                    layers.sort_by_key(|l| std::cmp::Reverse(l.rings[0].area()));
                }
                layers.insert(0, background.clone());
                let bytes = drawing(size, &layers).byte_count();
                eprintln!("{speckle} {difference} {} layers {bytes} {:?}", layers.len(), t0.elapsed());
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

fn color_image(image: &RgbImage) -> ColorImage {
    let pixels = image.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 255]).collect();
    ColorImage { pixels, width: image.width() as usize, height: image.height() as usize }
}

fn render(session: &mut Session, config: &Config, stop: &Stop) -> Result<VectorDoc, vtracer::Error> {
    let cancel = CancelToken::new();
    let flag = cancel.clone();
    session.render_with_progress(config, &cancel, &mut |_| {
        if stop.requested() {
            flag.cancel();
        }
    })
}

impl Trace for VTracer {
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
        Self::trace(self, image, task).map_err(|error| StageError::new("vtracer", error))
    }
}

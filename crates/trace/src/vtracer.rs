//! VTracer behind a byte budget.

use std::cmp::Reverse;

use image::RgbImage;
use linocut_core::{StageError, Stop, Task, Trace};
use linocut_svg::Drawing;
use vtracer::progress::CancelToken;
use vtracer::{ColorImage, Config, Error, FitMode, Hierarchical, Session, VectorDoc};

use crate::canvas::Canvas;
use crate::convert;
use crate::error::{TraceError, in_range};
use crate::layer::Layer;
use crate::search::Search;

/// How VTracer's shapes lie to each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Layering {
    /// Solid shapes over each other: coarse ones at the bottom, the finer differences above.
    #[default]
    Stacked,
    /// A mosaic of faces that share their borders, painted in order of size.
    Cutout,
}

/// Traces with the VTracer library (hierarchical colour clustering), its outlines as polygons.
///
/// For each entry of [`speckles`](Self::speckles), VTracer's layer difference is bisected, in at most
/// [`trials`](Self::trials) runs, until its drawing takes about [`surplus`](Self::surplus) times the budget. Then vertices,
/// shapes and elements are cut in the order of squared error per byte until the budget holds, and the drawing with the
/// least error wins. So a trace runs VTracer at most `speckles.len() * trials` times; a draft runs it at most twice, on a
/// grid of half the size. Nothing is random: the task's seed is not used.
///
/// # Source
///
/// VTracer 1.0 (visioncortex), <https://github.com/visioncortex/vtracer>.
#[derive(Clone, PartialEq, Debug)]
pub struct VTracer {
    /// Longer side of the grid, in pixels, 8 to 1024: larger pictures are reduced to it, smaller ones keep their size.
    ///
    /// Default: 384.
    pub grid: u32,
    /// Sides of the squares, in grid pixels, below whose area VTracer treats patches as speckles: 1 to 8 values of 0 to
    /// 128, each of them tried, a draft with the first alone.
    ///
    /// Default: 4, 2.
    pub speckles: Vec<u32>,
    /// Significant bits of a colour channel when VTracer compares pixels, 1 to 8.
    ///
    /// Default: 8.
    pub color_precision: u8,
    /// How the shapes lie to each other.
    ///
    /// Default: [`Layering::Stacked`].
    pub layerings: Vec<Layering>,
    /// Most runs of VTracer for each entry of `speckles`, 1 to 32.
    ///
    /// Default: 4.
    pub trials: u32,
    /// How many of these, those nearest to the wished size, are cut to the budget; the best wins. 1 to 32.
    ///
    /// Default: 2.
    pub finalists: u32,
    /// Bytes to start cutting at as a multiple of the budget, 1 to 20. More is slower.
    ///
    /// Default: 6.
    pub surplus: f64,
    /// Share of the bytes that is cut before the errors are looked at again, 0.005 to 1. Less is slower and better.
    ///
    /// Default: 0.08.
    pub round: f64,
}

impl Default for VTracer {
    fn default() -> Self {
        Self {
            grid: 384,
            speckles: vec![4],
            color_precision: 8,
            layerings: vec![Layering::Stacked, Layering::Cutout],
            trials: 3,
            finalists: 2,
            surplus: 6.0,
            round: 0.08,
        }
    }
}

/// Layer differences that are bisected: sums over channels.
const LAYER_DIFFERENCES: (i32, i32) = (1, 95);

impl VTracer {
    /// A drawing of at most `task.budget` bytes on a grid with the picture's proportions.
    ///
    /// When asked to stop it returns the best so far, at the least a background of one colour.
    ///
    /// # Errors
    ///
    /// [`TraceError::Option`] for an option out of range, [`TraceError::EmptyPicture`] for a picture without pixels,
    /// [`TraceError::BudgetTooSmall`] when a background alone does not fit, [`TraceError::VTracer`] when the library fails.
    pub fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, TraceError> {
        let search = self.search();
        self.check(&search)?;
        let search = Search::for_effort(search, task.effort);
        let canvas = Canvas::new(image, search.grid(self.grid, task.effort), task.budget)?;
        let mut session = Session::new(color_image(&canvas.image));
        search.run(&canvas, task, |(speckle, layering), difference| {
            let document = render(&mut session, &self.config(speckle, layering, difference), task.stop)?;
            Ok(document.map(|document| layers(&document, layering, canvas.size())))
        })
    }

    fn search(&self) -> Search<(u32, Layering)> {
        Search {
            stage: "vtracer",
            settings: self.speckles.iter().flat_map(|&s| self.layerings.iter().map(move |&l| (s, l))).collect(),
            trials: self.trials,
            finalists: self.finalists,
            range: LAYER_DIFFERENCES,
            surplus: self.surplus,
            round: self.round,
        }
    }

    fn check(&self, search: &Search<(u32, Layering)>) -> Result<(), TraceError> {
        search.check(self.grid)?;
        in_range("speckles.len()", self.speckles.len() as f64, 1.0..=8.0, "1 to 8 values")?;
        for &speckle in &self.speckles {
            in_range("speckles", speckle, 0.0..=128.0, "0 to 128 px")?;
        }
        in_range("color_precision", self.color_precision, 1.0..=8.0, "1 to 8 bits")
    }

    fn config(&self, speckle: u32, layering: Layering, layer_difference: i32) -> Config {
        Config {
            hierarchical: match layering {
                Layering::Stacked => Hierarchical::Stacked,
                Layering::Cutout => Hierarchical::Cutout,
            },
            filter_speckle: speckle as usize,
            color_precision: i32::from(self.color_precision),
            layer_difference,
            mode: FitMode::Polygon,
            optimize: 0,
            ..Config::default()
        }
    }
}

fn layers(document: &VectorDoc, layering: Layering, size: (u32, u32)) -> Vec<Layer> {
    let mut layers = convert::layers(document, size);
    if layering == Layering::Cutout {
        layers.sort_by_key(|layer| Reverse(layer.area()));
    }
    layers
}

impl Trace for VTracer {
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
        Self::trace(self, image, task).map_err(|error| StageError::new("vtracer", error))
    }
}

fn color_image(image: &RgbImage) -> ColorImage {
    let pixels = image.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 255]).collect();
    ColorImage { pixels, width: image.width() as usize, height: image.height() as usize }
}

/// Runs VTracer; `None` when asked to stop.
fn render(session: &mut Session, config: &Config, stop: &Stop) -> Result<Option<VectorDoc>, Error> {
    let cancel = CancelToken::new();
    let flag = cancel.clone();
    let document = session.render_with_progress(config, &cancel, &mut |_| {
        if stop.requested() {
            flag.cancel();
        }
    });
    match document {
        Err(Error::Cancelled) => Ok(None),
        other => other.map(Some),
    }
}

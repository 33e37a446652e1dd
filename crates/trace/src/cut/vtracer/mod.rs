//! Traces with the VTracer library and cuts the result to a byte budget.

mod convert;

use std::cmp::Reverse;

use image::RgbImage;
use linocut_core::{Effort, StageError, Stop, Task, Trace};
use linocut_svg::{Color, Drawing};
use vtracer::progress::CancelToken;
use vtracer::{ColorImage, Config, Error, FitMode, Hierarchical, Session, VectorDoc};

use crate::picture::Canvas;

use crate::cut::layer::Layer;
use crate::cut::search::Search;
use crate::error::{TraceError, in_range};

/// How VTracer's shapes are layered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Layering {
    /// Solid shapes stacked on each other: coarse ones at the bottom, finer differences above.
    #[default]
    Stacked,
    /// A mosaic of faces that share their borders, painted in order of size.
    Cutout,
}

/// Traces with the VTracer library (hierarchical colour clustering), with its outlines as polygons.
///
/// For each size of [`speckles`](Self::speckles), the tracer bisects VTracer's layer difference, in at most
/// [`trials`](Self::trials) clusterings, towards a drawing of [`surplus`](Self::surplus) times the budget. Each
/// clustering is drawn with every one of [`layerings`](Self::layerings). It cuts the [`finalists`](Self::finalists)
/// closest to that size to the budget: vertices, shapes and elements, in the order of squared error per byte. The
/// drawing with the least error wins. A trace clusters at most `speckles.len() * trials` times (3 by default); a draft
/// clusters at most twice and draws each once, on a grid of half the size. Where the best drawing leaves half of the budget unused
/// and is not exact, speckles of 1 and 0 pixels are tried over the whole range of layer differences, then the picture with its contrast
/// stretched. Nothing is random: the task's
/// seed is not used.
///
/// # Source
///
/// VTracer 1.0 (visioncortex), <https://github.com/visioncortex/vtracer>.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct VTracer {
    /// Longer side of the grid in pixels, 8 to 1024. Larger pictures are reduced to it; icons of at most
    /// 128 px, of few colours or mostly flat, are enlarged to it cell by cell; other small pictures keep their size.
    ///
    /// Default: 384.
    pub grid: u32,
    /// Speckle sizes to try: VTracer treats patches smaller than a square of this side, in grid pixels, as speckles. 1
    /// to 8 values of 0 to 128. A draft tries the first only.
    ///
    /// Default: 4.
    pub speckles: Vec<u32>,
    /// Significant bits per colour channel when VTracer compares pixels, 1 to 8.
    ///
    /// Default: 8.
    pub color_precision: u8,
    /// Ways of layering the shapes to try, 1 to 8 values. A draft tries the first only.
    ///
    /// Default: stacked, cutout.
    pub layerings: Vec<Layering>,
    /// Maximum number of clusterings for each speckle size, 1 to 32.
    ///
    /// Default: 3.
    pub trials: u32,
    /// Number of drawings per speckle size, those closest to the desired size, that are cut to the budget, 1 to 32. The
    /// best one wins.
    ///
    /// Default: 4.
    pub finalists: u32,
    /// Size of the drawing before cutting as a multiple of the budget, 1 to 20. A larger start is slower.
    ///
    /// Default: 6.
    pub surplus: f64,
    /// Share of the bytes that is cut before errors are measured again, 0.005 to 1. A smaller share is slower and
    /// better.
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
            finalists: 4,
            surplus: 6.0,
            round: 0.08,
        }
    }
}

/// Options, one at a time.
impl VTracer {
    /// Sets [`grid`](Self::grid).
    #[must_use]
    pub const fn with_grid(mut self, grid: u32) -> Self {
        self.grid = grid;
        self
    }

    /// Sets [`speckles`](Self::speckles).
    #[must_use]
    pub fn with_speckles(self, speckles: impl Into<Vec<u32>>) -> Self {
        Self { speckles: speckles.into(), ..self }
    }

    /// Sets [`color_precision`](Self::color_precision).
    #[must_use]
    pub const fn with_color_precision(mut self, color_precision: u8) -> Self {
        self.color_precision = color_precision;
        self
    }

    /// Sets [`layerings`](Self::layerings).
    #[must_use]
    pub fn with_layerings(self, layerings: impl Into<Vec<Layering>>) -> Self {
        Self { layerings: layerings.into(), ..self }
    }

    /// Sets [`trials`](Self::trials).
    #[must_use]
    pub const fn with_trials(mut self, trials: u32) -> Self {
        self.trials = trials;
        self
    }

    /// Sets [`finalists`](Self::finalists).
    #[must_use]
    pub const fn with_finalists(mut self, finalists: u32) -> Self {
        self.finalists = finalists;
        self
    }

    /// Sets [`surplus`](Self::surplus).
    #[must_use]
    pub const fn with_surplus(mut self, surplus: f64) -> Self {
        self.surplus = surplus;
        self
    }

    /// Sets [`round`](Self::round).
    #[must_use]
    pub const fn with_round(mut self, round: f64) -> Self {
        self.round = round;
        self
    }
}

/// Marks a speckle size for which VTracer sees the picture with its contrast stretched: its smallest difference of colours is then a
/// fraction of a level.
const STRETCHED: u32 = 1 << 16;
/// Speckle sizes for pictures of thin lines and small cells, which the usual ones take for noise, and for pictures of faint steps.
const FINER_SPECKLES: [u32; 4] = [1, 0, STRETCHED | 4, STRETCHED | 1];

/// Range of the bisected layer difference: sums over channels.
const LAYER_DIFFERENCES: (i32, i32) = (1, 95);

impl VTracer {
    /// Traces a picture into a drawing of at most `task.budget` bytes, on a grid with the picture's proportions.
    ///
    /// When `task.stop` asks it to stop, it returns the best drawing so far, at least a background of one colour.
    ///
    /// # Errors
    ///
    /// [`TraceError::Option`] for an option out of range, [`TraceError::EmptyPicture`] for a picture without pixels,
    /// [`TraceError::BudgetTooSmall`] if not even a background fits, [`TraceError::VTracer`] if the library fails.
    pub fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, TraceError> {
        let search = self.search();
        self.check(&search)?;
        let search = Search::for_effort(search, task.effort);
        let canvas = Canvas::new(image, search.grid(self.grid, task.effort), task.budget)?;
        let layerings = match task.effort {
            Effort::Full => &self.layerings[..],
            Effort::Draft => &self.layerings[..1],
        };
        let contrast = Contrast::of(&canvas.image);
        let mut sessions =
            [Session::new(color_image(&canvas.image)), Session::new(color_image(&contrast.stretched(&canvas.image)))];
        search.run(&canvas, task, |speckle, difference| {
            let mut starts = Vec::new();
            let is_stretched = speckle & STRETCHED != 0;
            for &layering in layerings {
                let config = self.config(speckle & !STRETCHED, layering, difference);
                let session = &mut sessions[usize::from(is_stretched)];
                let Some(document) = render(session, &config, task.stop)? else { break };
                let mut layers = layers(&document, layering, canvas.size());
                if is_stretched {
                    layers.iter_mut().for_each(|layer| layer.color = contrast.restored(layer.color));
                }
                starts.push(layers);
            }
            Ok(starts)
        })
    }

    fn search(&self) -> Search {
        Search {
            stage: "vtracer",
            settings: self.speckles.clone(),
            finer: &FINER_SPECKLES,
            trials: self.trials,
            finalists: self.finalists,
            range: LAYER_DIFFERENCES,
            surplus: self.surplus,
            round: self.round,
        }
    }

    fn check(&self, search: &Search) -> Result<(), TraceError> {
        search.check(self.grid)?;
        in_range("speckles.len()", self.speckles.len() as f64, 1.0..=8.0, "1 to 8 values")?;
        for &speckle in &self.speckles {
            in_range("speckles", speckle, 0.0..=128.0, "0 to 128 px")?;
        }
        in_range("layerings.len()", self.layerings.len() as f64, 1.0..=8.0, "1 to 8 values")?;
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

/// The least and the greatest level of a picture.
struct Contrast {
    least: u8,
    range: u8,
}

impl Contrast {
    fn of(image: &RgbImage) -> Self {
        let least = image.iter().min().copied().unwrap_or(0);
        let greatest = image.iter().max().copied().unwrap_or(255);
        Self { least, range: (greatest - least).max(1) }
    }

    /// The picture with its levels spread from 0 to 255.
    fn stretched(&self, image: &RgbImage) -> RgbImage {
        let mut image = image.clone();
        let spread = |level: u8| (u32::from(level - self.least) * 255 / u32::from(self.range)) as u8;
        image.iter_mut().for_each(|level| *level = spread(*level));
        image
    }

    /// A colour of the stretched picture as it was.
    fn restored(&self, Color { r, g, b }: Color) -> Color {
        let level = |level: u8| self.least + ((u32::from(level) * u32::from(self.range) + 127) / 255) as u8;
        Color::new(level(r), level(g), level(b))
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
fn render(session: &mut Session, config: &Config, stop: &Stop) -> Result<Option<VectorDoc>, TraceError> {
    let cancel = CancelToken::new();
    let flag = cancel.clone();
    let document = session.render_with_progress(config, &cancel, &mut |_| {
        if stop.requested() {
            flag.cancel();
        }
    });
    match document {
        Err(Error::Cancelled) => Ok(None),
        other => other.map(Some).map_err(|error| TraceError::VTracer(Box::new(error))),
    }
}

#[cfg(test)]
mod tests {
    use linocut_core::{ByteBudget, Stop};
    use linocut_svg::Shape;

    use super::*;

    fn picture() -> RgbImage {
        RgbImage::from_fn(90, 60, |x, y| {
            image::Rgb(if x.abs_diff(45) + y.abs_diff(30) < 20 { [230, 60, 20] } else { [9, 40, 90] })
        })
    }

    #[test]
    fn both_layerings_draw_the_diamond() {
        let stop = Stop::never();
        for layering in [Layering::Stacked, Layering::Cutout] {
            let tracer = VTracer { layerings: vec![layering], ..VTracer::default() };
            let drawing = tracer.trace(&picture(), &Task::new(ByteBudget::new(400), &stop)).unwrap();
            let red = |shape: &Shape| shape.fill.as_ref().is_some_and(|paint| paint.mean_color().r > 200);
            let reds: Vec<bool> = drawing.shapes.iter().map(red).collect();
            assert_eq!((reds.first(), reds.last()), (Some(&false), Some(&true)), "{layering:?}");
        }
    }

    fn traced(picture: &RgbImage) -> Drawing {
        VTracer::default().trace(picture, &Task::new(ByteBudget::CONTEST, &Stop::never())).unwrap()
    }

    #[test]
    fn thin_lines_single_dots_and_faint_steps_are_drawn() {
        let lines = RgbImage::from_fn(256, 256, |x, _| image::Rgb(if x % 32 == 7 { [0; 3] } else { [255; 3] }));
        assert!(traced(&lines).shapes.len() > 1);
        let dot =
            RgbImage::from_fn(256, 256, |x, y| image::Rgb(if (x, y) == (99, 70) { [200, 0, 0] } else { [255; 3] }));
        assert!(traced(&dot).shapes.len() > 1);
        let steps = RgbImage::from_fn(256, 64, |x, _| image::Rgb([4 * (x / 16) as u8; 3]));
        assert!(traced(&steps).shapes.len() > 4);
    }

    #[test]
    fn cells_of_tiny_pictures_are_drawn() {
        let four = RgbImage::from_fn(2, 2, |x, y| image::Rgb([200 * x as u8, 200 * y as u8, 90]));
        let drawing = traced(&four);
        assert_eq!((drawing.width, drawing.height), (384, 384));
        assert!(drawing.shapes.len() >= 4, "{drawing:?}");
    }

    #[test]
    fn options_out_of_range_are_named() {
        let stop = Stop::never();
        let task = Task::new(ByteBudget::CONTEST, &stop);
        let says = |tracer: VTracer| tracer.trace(&picture(), &task).unwrap_err().to_string();
        assert_eq!(says(VTracer { grid: 4, ..VTracer::default() }), "option grid is 4, expected 8 to 1024 px");
        assert!(says(VTracer { speckles: vec![], ..VTracer::default() }).starts_with("option speckles.len() is 0"));
        assert!(says(VTracer { color_precision: 9, ..VTracer::default() }).starts_with("option color_precision is 9"));
        assert!(says(VTracer { surplus: f64::NAN, ..VTracer::default() }).starts_with("option surplus is NaN"));
    }

    #[test]
    fn a_token_stops_the_library() {
        let stop = Stop::never();
        stop.cancel();
        let mut session = Session::new(color_image(&picture()));
        let config = VTracer::default().config(4, Layering::Stacked, 16);
        assert!(render(&mut session, &config, &stop).unwrap().is_none());
    }
}

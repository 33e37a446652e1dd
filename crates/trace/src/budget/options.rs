//! The options of `BudgetTracer`.

use std::time::Duration;

use image::GrayImage;
use linocut_core::Effort;

use super::objective::Objective;
use super::perceptual::PERCEPTION;
use super::schedule::Work;
use super::threads;
use crate::error::{TraceError, in_range};

/// Traces by searching for the drawing with the least squared error for its bytes.
///
/// The search begins with areas from region merging, grouped by colour, in a drawing several times too large. It then
/// shifts, deletes and doubles vertices, deletes and adds polygons or gives them to other layers, and fits colours,
/// gradients and opacities. Each change is accepted if its exact change of the error is worth its bytes. A price for bytes steers the
/// drawing to its budget, and at first some losses are accepted at random (simulated annealing). All polygons of a
/// layer share one path element, filled even-odd.
///
/// A drawing begins with at most 2,500 areas, so budgets beyond 100,000 bytes or so are seldom used up.
///
/// The same picture, options and seed give the same bytes on any number of threads, unless [`work`](Self::work) is a
/// time or the task is stopped.
///
/// # Source
///
/// Region merging as by He, Kang and Morel (arXiv 2409.15940); simulated annealing as by Kirkpatrick, Gelatt and Vecchi
/// (Science 220, 1983) over the rate-distortion sum.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct BudgetTracer {
    /// Longer side of the grid in pixels, 8 to 1024. Larger pictures are reduced to it; icons of at most
    /// 128 px, of few colours or mostly flat, are enlarged to it cell by cell; other small pictures keep their size.
    ///
    /// Default: 384.
    pub grid: u32,
    /// Amount of work. A draft does an eighth of the sweeps or of the time, on half the grid.
    ///
    /// Default: 60 sweeps, about 2 s on one core.
    pub work: Work,
    /// Number of threads, 0 to 64; 0 means as many as the machine has. Does not change the result.
    ///
    /// Default: 0.
    pub threads: usize,
    /// How the error is measured.
    ///
    /// Default: raw.
    pub objective: Objective,
    /// Weight of the error by pixel: a map of any size, from black (does not matter) to white (matters most).
    ///
    /// Default: `None`, all pixels count the same.
    pub weights: Option<GrayImage>,
    /// How much less errors count in busy parts, 0 to 1: the exponent of 1 / (local variance + c).
    ///
    /// Default: 0, errors count the same everywhere. The perceptual objective takes at least 0.5.
    pub perception: f64,
    /// Whether layers may be translucent.
    ///
    /// Default: true.
    pub translucent: bool,
    /// Whether outlines of flat art may be curves, circles and ellipses, on a grid of half pixels. A picture of which seven tenths of
    /// the pixels equal their neighbours, and which was not enlarged, gets a drawing of twice the grid's width and height, in which
    /// vertices become smooth where that pays, and whole outlines round; less work than 12 sweeps or half a second leaves it on whole
    /// pixels. Other pictures are drawn in polygons on whole pixels, which are worth more there.
    ///
    /// Default: true.
    pub curves: bool,
    /// Whether layers may have gradients, linear or radial: where the start finds areas that one explains nearly all of, and where
    /// the search finds that they pay. Cut-outs have none.
    ///
    /// Default: true.
    pub ramps: bool,
    /// In which pictures soft discs, shadows, glows and straight soft edges may be drawn as [`Fades`].
    ///
    /// Default: in cut-outs.
    pub fades: Fades,
    /// Whether lines of even width are drawn as strokes: in flat art that is drawn in curves, lines of 1.5 to 16 px are found before
    /// the search and lie on top of what it draws. Those that a stroke does not show well, or that take too many bytes, are left to
    /// the search. Cut-outs, drafts, the defended objective, pictures that are enlarged to the grid, and searches of fewer than 12
    /// sweeps or two seconds have none.
    ///
    /// Where there are lines, a search without them follows, with as many sweeps again or the other half of the time, and is
    /// taken if it is nearer to the picture by more than a decibel: strokes gain most where the budget is tight.
    ///
    /// Default: false.
    pub strokes: bool,
}

/// Where soft shapes over a ground of one colour, or over nothing, may be drawn as fades: shapes of one colour whose gradient runs from
/// one opacity to another. They are found before the search, which gives more layers a fade, fits them, and deletes those that are
/// not worth their bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Fades {
    /// Nowhere: soft shapes are drawn in bands and, in opaque pictures, in [`ramps`](BudgetTracer::ramps).
    Never,
    /// In cut-outs, whose soft shapes are far better for it: see [`BudgetTracer::trace_rgba`].
    #[default]
    CutOuts,
    /// In opaque pictures as well. Glows may gain much there in a small budget; stripes and vignettes lose to ramps.
    Always,
}

impl Fades {
    /// Whether there may be fades in a cut-out, or in an opaque picture.
    pub(super) fn are_for(self, cut_out: bool) -> bool {
        match self {
            Self::Never => false,
            Self::CutOuts => cut_out,
            Self::Always => true,
        }
    }
}

impl Default for BudgetTracer {
    fn default() -> Self {
        Self {
            grid: 384,
            work: Work::Sweeps(60),
            threads: 0,
            objective: Objective::Raw,
            weights: None,
            perception: 0.0,
            translucent: true,
            curves: true,
            ramps: true,
            fades: Fades::CutOuts,
            strokes: false,
        }
    }
}

/// Options, one at a time.
impl BudgetTracer {
    /// Sets [`grid`](Self::grid).
    #[must_use]
    pub const fn with_grid(mut self, grid: u32) -> Self {
        self.grid = grid;
        self
    }

    /// Sets [`work`](Self::work).
    #[must_use]
    pub const fn with_work(mut self, work: Work) -> Self {
        self.work = work;
        self
    }

    /// Sets [`threads`](field@Self::threads).
    #[must_use]
    pub const fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Sets [`objective`](Self::objective).
    #[must_use]
    pub const fn with_objective(mut self, objective: Objective) -> Self {
        self.objective = objective;
        self
    }

    /// Sets [`weights`](Self::weights).
    #[must_use]
    pub fn with_weights(self, weights: impl Into<Option<GrayImage>>) -> Self {
        Self { weights: weights.into(), ..self }
    }

    /// Sets [`perception`](Self::perception).
    #[must_use]
    pub const fn with_perception(mut self, perception: f64) -> Self {
        self.perception = perception;
        self
    }

    /// Sets [`translucent`](Self::translucent).
    #[must_use]
    pub const fn with_translucent(mut self, translucent: bool) -> Self {
        self.translucent = translucent;
        self
    }

    /// Sets [`curves`](Self::curves).
    #[must_use]
    pub const fn with_curves(mut self, curves: bool) -> Self {
        self.curves = curves;
        self
    }

    /// Sets [`ramps`](Self::ramps).
    #[must_use]
    pub const fn with_ramps(mut self, ramps: bool) -> Self {
        self.ramps = ramps;
        self
    }

    /// Sets [`fades`](Self::fades).
    #[must_use]
    pub const fn with_fades(mut self, fades: Fades) -> Self {
        self.fades = fades;
        self
    }

    /// Sets [`strokes`](field@Self::strokes).
    #[must_use]
    pub const fn with_strokes(mut self, strokes: bool) -> Self {
        self.strokes = strokes;
        self
    }
}

/// Least time for which the perceptual objective is more than weights.
const PERCEPTUAL_TIME: Duration = Duration::from_millis(750);

impl BudgetTracer {
    /// The grid and the work for an effort.
    pub(super) fn for_effort(&self, effort: Effort) -> (u32, Work) {
        match (effort, self.work) {
            (Effort::Full, work) => (self.grid, work),
            (Effort::Draft, Work::Sweeps(sweeps)) => (self.grid.div_ceil(2), Work::Sweeps(sweeps.div_ceil(8))),
            (Effort::Draft, Work::Time(time)) => (self.grid.div_ceil(2), Work::Time(time / 8)),
        }
    }

    /// The tracer for so little time that the perceptual objective would not get beyond its start: what it weighs at first, and no
    /// more.
    pub(super) fn in_haste(&self, work: Work) -> Option<Self> {
        let is_short = matches!(work, Work::Time(time) if time < PERCEPTUAL_TIME);
        let perception = self.perception.max(PERCEPTION);
        (is_short && self.objective == Objective::Perceptual).then(|| Self {
            objective: Objective::Raw,
            perception,
            ..self.clone()
        })
    }

    /// The number of threads, those of the machine for 0.
    pub(super) fn threads(&self) -> usize {
        match self.threads {
            0 => threads::of_machine(),
            threads => threads,
        }
    }

    /// Checks every option against its range.
    pub(super) fn check(&self) -> Result<(), TraceError> {
        in_range("grid", self.grid, 8.0..=1024.0, "8 to 1024 px")?;
        in_range("threads", self.threads as f64, 0.0..=64.0, "0 to 64 threads")?;
        in_range("perception", self.perception, 0.0..=1.0, "0 to 1")?;
        match self.work {
            Work::Sweeps(sweeps) => in_range("work", sweeps, 1.0..=100_000.0, "1 to 100,000 sweeps"),
            Work::Time(time) => in_range("work", time.as_secs_f64(), 0.01..=3600.0, "0.01 to 3600 s"),
        }
    }
}

//! `BudgetTracer`: its options, and the order of its steps from start to result.

use image::{GrayImage, RgbImage, RgbaImage};
use linocut_core::{Effort, Rewrite, StageError, Stop, Task, Trace};
use linocut_raster::drop_alpha;
use linocut_svg::{Color, Drawing};

use super::adopt::{Adopted, adopt};
use super::aim::{Aim, Defended};
use super::graph::Saving;
use super::objective::{Measure, Objective};
use super::paint::Paint;
use super::perceptual::Perceptual;
use super::schedule::{Pace, Work};
use super::search::{Reached, Search};
use super::segment::{Segments, segment};
use super::start;
use super::state::{Layer, State, drawing};
use crate::error::{TraceError, in_range};
use crate::picture::{Canvas, CutOut, mean_color, on_grid};

/// Traces by searching for the drawing with the least squared error for its bytes.
///
/// The search begins with areas from region merging, grouped by colour, in a drawing several times too large. It then
/// shifts, deletes and doubles vertices, deletes and adds polygons or gives them to other layers, and fits colours and
/// opacities. Each change is accepted if its exact change of the error is worth its bytes. A price for bytes steers the
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
}

/// Progress of a trace after a sweep, for [`BudgetTracer::trace_watched`].
pub struct TraceProgress<'a> {
    reached: &'a Reached<'a>,
}

impl std::fmt::Debug for TraceProgress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut all = f.debug_struct("TraceProgress");
        all.field("sweep", &self.sweep()).field("bytes", &self.bytes()).field("error", &self.error());
        all.finish_non_exhaustive()
    }
}

impl TraceProgress<'_> {
    /// Number of sweeps done.
    #[must_use]
    pub const fn sweep(&self) -> u32 {
        self.reached.sweep
    }

    /// Share of the work done, 0 to 1.
    #[must_use]
    pub const fn done(&self) -> f64 {
        self.reached.progress
    }

    /// Bytes of the current drawing; may exceed the budget until the end.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.reached.state.bytes.max(0) as usize
    }

    /// Weighted mean squared error per channel against the current target of the search, in squared levels.
    #[must_use]
    pub fn error(&self) -> f64 {
        let (width, height) = self.reached.state.coverage.size();
        self.reached.state.error / (16.0 * 3.0 * (width * height) as f64)
    }

    /// The current drawing.
    #[must_use]
    pub fn preview(&self) -> Drawing {
        self.reached.state.drawing()
    }
}

impl BudgetTracer {
    /// Traces a picture into a drawing of at most `task.budget` bytes, on a grid with the picture's proportions.
    ///
    /// When `task.stop` asks it to stop, it returns the best drawing so far, at least a background of one colour.
    ///
    /// # Errors
    ///
    /// [`TraceError::Option`] for an option out of range, [`TraceError::EmptyPicture`] for a picture without pixels,
    /// [`TraceError::BudgetTooSmall`] if not even a background fits.
    pub fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, TraceError> {
        self.trace_watched(image, task, |_| {})
    }

    /// Like [`BudgetTracer::trace`], but calls `watch` after every sweep.
    ///
    /// # Errors
    ///
    /// Those of [`BudgetTracer::trace`].
    pub fn trace_watched(
        &self,
        image: &RgbImage,
        task: &Task<'_>,
        mut watch: impl FnMut(&TraceProgress<'_>),
    ) -> Result<Drawing, TraceError> {
        self.check()?;
        let (grid, work) = self.for_effort(task.effort);
        let canvas = Canvas::new(image, grid, task.budget)?;
        let pace = Pace::new(work, task.stop);
        let budget = i32::try_from(canvas.budget).unwrap_or(i32::MAX).min(MAX_BYTES);
        let Some(layers) = self.start(&canvas.image, budget, &pace) else { return Ok(canvas.smallest()) };
        let state = self.state(&canvas.image, Adopted { background: None, layers }, pace.stop());
        let aim = self.aim(&canvas.image, &state, pace.stop());
        let layers = self.search(state, aim, budget, &pace, task, &mut watch);
        Ok(canvas.never_blank(drawing(size(&canvas.image), &layers)))
    }

    /// Traces a picture with transparent parts into a drawing without a background: what is transparent stays uncovered.
    ///
    /// The search counts the mean of the errors over black and over white, so the drawing fits on any colour, and its edges have no
    /// seam of another one. Soft edges and shadows become translucent layers. A picture that is opaque everywhere is traced as by
    /// [`BudgetTracer::trace`]. When `task.stop` asks it to stop, it returns the best drawing so far, which may be empty.
    ///
    /// ```
    /// use image::{Rgba, RgbaImage};
    /// use linocut_core::{ByteBudget, Stop, Task};
    /// use linocut_trace::{BudgetTracer, Work};
    ///
    /// let inside = |x: u32, y: u32| x.abs_diff(24) + y.abs_diff(20) < 16;
    /// let diamond = RgbaImage::from_fn(48, 40, |x, y| Rgba([220, 60, 20, if inside(x, y) { 255 } else { 0 }]));
    /// let tracer = BudgetTracer::default().with_work(Work::Sweeps(5));
    /// let drawing = tracer.trace_rgba(&diamond, &Task::new(ByteBudget::new(200), &Stop::never()))?;
    /// assert_eq!(drawing.shapes.len(), 1);
    /// # Ok::<(), linocut_trace::TraceError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`BudgetTracer::trace`]; [`TraceError::BudgetTooSmall`] if not even an empty drawing fits.
    pub fn trace_rgba(&self, image: &RgbaImage, task: &Task<'_>) -> Result<Drawing, TraceError> {
        self.trace_rgba_watched(image, task, |_| {})
    }

    /// Like [`BudgetTracer::trace_rgba`], but calls `watch` after every sweep.
    ///
    /// # Errors
    ///
    /// Those of [`BudgetTracer::trace_rgba`].
    pub fn trace_rgba_watched(
        &self,
        image: &RgbaImage,
        task: &Task<'_>,
        mut watch: impl FnMut(&TraceProgress<'_>),
    ) -> Result<Drawing, TraceError> {
        if image.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
            return self.trace_watched(&drop_alpha(image), task, watch);
        }
        self.check()?;
        let (grid, work) = self.for_effort(task.effort);
        let cut_out = CutOut::new(image, grid, task.budget)?;
        let pace = Pace::new(work, task.stop);
        let budget = i32::try_from(task.budget.bytes()).unwrap_or(i32::MAX).min(MAX_BYTES);
        let picture = cut_out.over_ground();
        let Some(mut segments) = self.segments(&cut_out.over_key(), budget, &pace) else {
            return Ok(cut_out.smallest());
        };
        segments.clear(&cut_out.straight(), cut_out.opacity());
        let Some(layers) = start_layers(picture, &segments, budget, &pace) else { return Ok(cut_out.smallest()) };
        let measure = Measure::of(self.objective, picture, self.weights.as_ref(), self.perception);
        let state = State::of_cut_out(pace.stop(), &cut_out, measure, layers);
        let aim = match self.objective {
            Objective::Perceptual => Perceptual::of_cut_out(&cut_out, state.coverage.weights()).map(Aim::Perceptual),
            _ => self.aim(picture, &state, pace.stop()),
        };
        let layers = self.search(state, aim, budget, &pace, task, &mut watch);
        Ok(cut_out.never_blank(drawing(size(picture), &layers), task.budget))
    }

    /// Searches a drawing of filled polygons further, on its own grid.
    ///
    /// The result has at most `task.budget` bytes, and no more error than the drawing if that fitted before. Its layers are filled
    /// even-odd: shapes that the non-zero rule fills otherwise are split or outlined anew along the grid's pixels. Vertices are
    /// moved into the picture.
    ///
    /// # Errors
    ///
    /// [`TraceError::Shape`] if a shape is not polygons filled with one colour, [`TraceError::TooManyShapes`], and the
    /// errors of [`BudgetTracer::trace`].
    pub fn improve(&self, drawing: &Drawing, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, TraceError> {
        self.check()?;
        in_range("drawing.width", drawing.width, 1.0..=1024.0, "1 to 1024 units")?;
        in_range("drawing.height", drawing.height, 1.0..=1024.0, "1 to 1024 units")?;
        let start = adopt(drawing)?;
        let (width, height) = image.dimensions();
        if width == 0 || height == 0 {
            return Err(TraceError::EmptyPicture { width, height });
        }
        let image = on_grid(image, (drawing.width, drawing.height))?;
        let canvas = Canvas::new(&image, drawing.width.max(drawing.height), task.budget)?;
        let (_, work) = self.for_effort(task.effort);
        let pace = Pace::new(work, task.stop);
        let budget = i32::try_from(canvas.budget).unwrap_or(i32::MAX).min(MAX_BYTES);
        let before = self.error_of(&image, start.background, &start.layers);
        let state = self.state(&image, start, pace.stop());
        let aim = self.aim(&image, &state, pace.stop());
        let layers = self.search(state, aim, budget, &pace, task, &mut |_| {});
        let searched = self::drawing(size(&image), &layers);
        // A drawing without a background of its own gets one here, and may be over the budget for that reason alone.
        let is_closer = self.error_of(&image, Some(layers[0].paint.color), &layers[1..]) < before;
        Ok(if task.budget.fits(drawing.byte_count()) && !is_closer { drawing.clone() } else { searched })
    }

    /// Layers over their background, or else over the mean colour of the picture.
    fn state(&self, image: &RgbImage, start: Adopted, stop: &Stop) -> State {
        let measure = Measure::of(self.objective, image, self.weights.as_ref(), self.perception);
        State::heeding(stop, image, measure, start.background.unwrap_or_else(|| mean_color(image)), start.layers)
    }

    /// The error of layers over their background, or else over the mean colour of the picture, by the objective.
    fn error_of(&self, image: &RgbImage, background: Option<Color>, layers: &[Layer]) -> f64 {
        let stop = Stop::never();
        let state = self.state(image, Adopted { background, layers: layers.to_vec() }, &stop);
        let mut aim = self.aim(image, &state, &stop);
        let round = aim.as_mut().and_then(|aim| aim.round(&state.coverage, state.paints.space(), &stop));
        round.map_or(state.error, |round| round.error)
    }

    /// What the objective has the search follow in rounds.
    fn aim(&self, image: &RgbImage, state: &State, stop: &Stop) -> Option<Aim> {
        match self.objective {
            Objective::Raw => None,
            Objective::Defended => {
                Defended::new(image, state.coverage.targets(), stop).map(|aim| Aim::Defended(Box::new(aim)))
            }
            Objective::Perceptual => Perceptual::new(image, state.coverage.weights()).map(Aim::Perceptual),
        }
    }

    fn search(
        &self,
        state: State,
        aim: Option<Aim>,
        budget: i32,
        pace: &Pace,
        task: &Task<'_>,
        watch: &mut dyn FnMut(&TraceProgress<'_>),
    ) -> Vec<Layer> {
        let (threads, translucent) = (self.threads(), self.translucent);
        let search = Search { budget, pace, threads, translucent, seed: task.seed };
        search.run(state, aim, &mut |reached| {
            task.stop.report("budget", reached.progress as f32);
            watch(&TraceProgress { reached });
        })
    }

    /// The initial layers; `None` when asked to stop before there are any.
    fn start(&self, image: &RgbImage, budget: i32, pace: &Pace) -> Option<Vec<Layer>> {
        start_layers(image, &self.segments(image, budget, pace)?, budget, pace)
    }

    /// The areas of the start; `None` when asked to stop.
    fn segments(&self, image: &RgbImage, budget: i32, pace: &Pace) -> Option<Segments> {
        let saving = Saving { shape: 28.0, boundary: 2.0 };
        let areas = (budget / BYTES_PER_AREA).clamp(4, MAX_AREAS) as usize;
        let mut segments = segment(image, areas, saving, self.threads(), pace.stop())?;
        segments.sharpen(image, 2, pace.stop());
        Some(segments)
    }

    fn for_effort(&self, effort: Effort) -> (u32, Work) {
        match (effort, self.work) {
            (Effort::Full, work) => (self.grid, work),
            (Effort::Draft, Work::Sweeps(sweeps)) => (self.grid.div_ceil(2), Work::Sweeps(sweeps.div_ceil(8))),
            (Effort::Draft, Work::Time(time)) => (self.grid.div_ceil(2), Work::Time(time / 8)),
        }
    }

    fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }

    fn check(&self) -> Result<(), TraceError> {
        in_range("grid", self.grid, 8.0..=1024.0, "8 to 1024 px")?;
        in_range("threads", self.threads as f64, 0.0..=64.0, "0 to 64 threads")?;
        in_range("perception", self.perception, 0.0..=1.0, "0 to 1")?;
        match self.work {
            Work::Sweeps(sweeps) => in_range("work", sweeps, 1.0..=100_000.0, "1 to 100,000 sweeps"),
            Work::Time(time) => in_range("work", time.as_secs_f64(), 0.01..=3600.0, "0.01 to 3600 s"),
        }
    }
}

/// Areas grouped by colour as layers; `None` when asked to stop.
fn start_layers(image: &RgbImage, segments: &Segments, budget: i32, pace: &Pace) -> Option<Vec<Layer>> {
    let colors = (FEWEST_COLORS + budget / BYTES_PER_COLOR).min(MOST_COLORS) as usize;
    let drafts = start::layers(image, segments, colors, SURPLUS * budget, pace.stop())?;
    Some(drafts.into_iter().map(layer).collect())
}

fn size(image: &RgbImage) -> (i32, i32) {
    (image.width() as i32, image.height() as i32)
}

/// An initial layer as an opaque layer of the search.
pub(crate) fn layer(draft: start::Draft) -> Layer {
    let [r, g, b] = draft.color.map(|v| v.round() as u8);
    Layer { paint: Paint::opaque(Color::new(r, g, b)), rings: draft.rings }
}

/// Largest budget in bytes that the search counts with; no drawing of its grids comes near.
const MAX_BYTES: i32 = 100_000_000;
/// Size of the start as a multiple of the budget.
const SURPLUS: i32 = 4;
/// Bytes of the budget for each area of the start.
const BYTES_PER_AREA: i32 = 30;
/// Maximum number of areas of the start.
const MAX_AREAS: i32 = 2500;
/// Number of colours of the start for the smallest budget, and the maximum for any.
const FEWEST_COLORS: i32 = 8;
const MOST_COLORS: i32 = 110;
/// Bytes of the budget for each further colour of the start.
const BYTES_PER_COLOR: i32 = 300;

impl Trace for BudgetTracer {
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
        Self::trace(self, image, task).map_err(|error| StageError::new("budget", error))
    }
}

/// Searches a drawing further towards the task's picture. Without one the drawing is returned unchanged, if it fits.
impl Rewrite for BudgetTracer {
    fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
        let Some(image) = task.image else {
            let (budget, needed) = (task.budget.bytes(), drawing.byte_count());
            let too_large = TraceError::BudgetTooSmall { budget, needed };
            return if task.budget.fits(needed) { Ok(drawing) } else { Err(StageError::new("budget", too_large)) };
        };
        self.improve(&drawing, image, task).map_err(|error| StageError::new("budget", error))
    }
}

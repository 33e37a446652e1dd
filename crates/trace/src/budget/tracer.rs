//! `BudgetTracer`: the order of its steps from start to result.

use image::{RgbImage, RgbaImage};
use linocut_core::{Rewrite, StageError, Stop, Task, Trace};
use linocut_raster::{drop_alpha, psnr, ssimulacra2};
use linocut_svg::{Color, Drawing, Shape};

use super::adopt::{Adopted, adopt};
use super::aim::{Aim, Defended};
use super::beginning::{start_layers, with_soft};
use super::curve::Unit;
use super::objective::{Measure, Objective};
use super::options::BudgetTracer;
use super::paint::Paint;
use super::perceptual::Perceptual;
use super::progress::TraceProgress;
use super::ring::Ring;
use super::schedule::Pace;
use super::search::{Drawn, Reached, Search};
use super::start::rectangle;
use super::state::{Layer, Over, State, is_flat_art};
use crate::error::{TraceError, in_range};
use crate::picture::{Canvas, CutOut, mean_color, on_grid};
use crate::strokes::{self, Strokes};

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

    /// Like [`BudgetTracer::trace`], but calls `watch` after every sweep. Where lines are found for [strokes](field@Self::strokes), there are two
    /// searches, one after the other.
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
        if let Some(hasty) = self.in_haste(work) {
            return hasty.trace_watched(image, task, watch);
        }
        let canvas = Canvas::new(image, grid, task.budget)?;
        let pace = Pace::new(work, task.stop);
        // Outlines of pixels that were enlarged lie on whole ones.
        let is_flat = canvas.image.width() <= image.width() && is_flat_art(&canvas.image);
        let strokes = if is_flat { self.strokes(&canvas, &pace) } else { None };
        let Some(strokes) = strokes else {
            let drawn =
                self.drawn(&canvas, None, is_flat, &pace, task.seed, &mut telling(task, [0.0, 1.0], &mut watch));
            return Ok(drawn.map_or_else(|| canvas.smallest(), |drawn| canvas.never_blank(drawn.drawing())));
        };
        let first = Pace::new(pace.half(), task.stop);
        let with =
            self.drawn(&canvas, Some(strokes), is_flat, &first, task.seed, &mut telling(task, [0.0, 0.5], &mut watch));
        let second = Pace::new(pace.rest(), task.stop);
        let without =
            self.drawn(&canvas, None, is_flat, &second, task.seed, &mut telling(task, [0.5, 1.0], &mut watch));
        let is_nearer = |without: &Drawn, with: &Drawn| {
            self.likeness(without, &canvas.image) > self.likeness(with, &canvas.image) + OUTLINES_NEARER
        };
        let drawn = match (with, without) {
            (Some(with), Some(without)) if is_nearer(&without, &with) => Some(without),
            (with, without) => with.or(without),
        };
        Ok(drawn.map_or_else(|| canvas.smallest(), |drawn| canvas.never_blank(drawn.drawing())))
    }

    /// A search for a picture with these strokes on top; `None` when asked to stop before there is a drawing.
    fn drawn(
        &self,
        canvas: &Canvas<'_>,
        strokes: Option<Strokes>,
        is_flat: bool,
        pace: &Pace,
        seed: u64,
        tell: &mut dyn FnMut(&Reached<'_>),
    ) -> Option<Drawn> {
        let budget = i32::try_from(canvas.budget).unwrap_or(i32::MAX).min(MAX_BYTES);
        let (picture, over, hidden) = match &strokes {
            Some(Strokes { shapes, rest, hidden }) => {
                (rest, Over { shapes: shapes.clone(), unit: Unit::HALF }, &hidden[..])
            }
            None => (&*canvas.image, Over::default(), &[][..]),
        };
        let adopted = self.start(picture, budget, pace)?;
        let start = Start { unit: Unit::PIXEL, adopted, over };
        let mut state = self.state(picture, start, hidden, pace.stop());
        state.is_flat = is_flat;
        let aim = self.aim(picture, &state, pace.stop());
        Some(self.search(state, aim, budget, pace, seed, tell))
    }

    /// How like a picture a drawing is, strokes included: by SSIMULACRA2 for the perceptual objective, else in dB.
    fn likeness(&self, drawn: &Drawn, image: &RgbImage) -> f64 {
        let (start, stop) = (Start::again(drawn), Stop::never());
        let (over, mut state) = (start.over.clone(), self.state(image, start, &[], &stop));
        state.count_areas();
        let mut shown = state.coverage.picture(state.paints.space());
        strokes::cover(&mut shown, &over.shapes, over.unit.per_pixel());
        let likeness =
            if self.objective == Objective::Perceptual { ssimulacra2(image, &shown) } else { psnr(image, &shown) };
        likeness.unwrap_or(f64::NEG_INFINITY)
    }

    /// Traces a picture with transparent parts into a drawing without a background: what is transparent stays uncovered.
    ///
    /// The search counts the mean of the errors over black and over white, so the drawing fits on any colour, and its edges have no
    /// seam of another one. Soft edges and shadows become fades ([`BudgetTracer::fades`]) or translucent layers. A picture that is opaque everywhere is traced as by
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
        if let Some(hasty) = self.in_haste(work) {
            return hasty.trace_rgba_watched(image, task, watch);
        }
        let cut_out = CutOut::new(image, grid, task.budget)?;
        let pace = Pace::new(work, task.stop);
        let budget = i32::try_from(task.budget.bytes()).unwrap_or(i32::MAX).min(MAX_BYTES);
        let picture = cut_out.over_ground();
        let Some(mut segments) = self.cut_out_segments(&cut_out, budget, &pace) else {
            return Ok(cut_out.smallest());
        };
        let (soft, rest) = self.soft(picture, Some(cut_out.opacity()), segments.price, pace.stop());
        if let Some((rest, opacity)) = rest {
            let rest = CutOut::of(rest, opacity);
            let Some(again) = self.cut_out_segments(&rest, budget, &pace) else { return Ok(cut_out.smallest()) };
            segments = again;
        }
        let Some(layers) = start_layers(picture, &segments, budget, &pace) else { return Ok(cut_out.smallest()) };
        let layers = with_soft(layers, soft);
        let measure = Measure::of(self.objective, picture, self.weights.as_ref(), self.perception);
        let mut state = State::of_cut_out(pace.stop(), &cut_out, measure, layers);
        state.is_flat &= picture.width() <= image.width();
        let aim = match self.objective {
            Objective::Perceptual => {
                Perceptual::of_cut_out(&cut_out, state.coverage.weights(), self.threads()).map(Aim::Perceptual)
            }
            _ => self.aim(picture, &state, pace.stop()),
        };
        let drawn = self.search(state, aim, budget, &pace, task.seed, &mut telling(task, [0.0, 1.0], &mut watch));
        Ok(cut_out.never_blank(drawn.drawing(), task.budget))
    }

    /// Searches a drawing of filled polygons and quadratic curves further, on its own grid. Shapes with strokes that lie over all
    /// others stay as they are, as far as the budget allows, and what they hide does not count. A unit of a grid that is larger than
    /// [`grid`](Self::grid) is taken for half a pixel, as in drawings of flat art.
    ///
    /// The result has at most `task.budget` bytes, and no more error than the drawing if that fitted before. Its layers are filled
    /// even-odd: shapes that the non-zero rule fills otherwise are split or outlined anew along the grid's pixels. Vertices are
    /// moved into the picture.
    ///
    /// # Errors
    ///
    /// [`TraceError::Shape`] if a shape is not lines and quadratic curves filled with one colour or a gradient
    /// of two stops or three or from one opacity of a colour to another, [`TraceError::TooManyShapes`], and
    /// the errors of [`BudgetTracer::trace`].
    pub fn improve(&self, drawing: &Drawing, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, TraceError> {
        self.check()?;
        let unit = self.unit_of(drawing);
        let pixels = |units: u32| units / unit.per_pixel() as u32;
        in_range("drawing.width", pixels(drawing.width), 1.0..=1024.0, "1 to 1024 pixels of the grid")?;
        in_range("drawing.height", pixels(drawing.height), 1.0..=1024.0, "1 to 1024 pixels of the grid")?;
        let (below, over) = split(drawing);
        let start = Start { unit, adopted: adopt(&below)?, over: Over { shapes: over, unit } };
        let (width, height) = image.dimensions();
        if width == 0 || height == 0 {
            return Err(TraceError::EmptyPicture { width, height });
        }
        let image = on_grid(image, (pixels(drawing.width), pixels(drawing.height)))?;
        let canvas = Canvas::new(&image, image.width().max(image.height()), task.budget)?;
        let start = start.within(canvas.budget, (drawing.width, drawing.height));
        let (image, hidden) = strokes::uncover(&image, &start.over.shapes, unit.per_pixel());
        let (_, work) = self.for_effort(task.effort);
        let pace = Pace::new(work, task.stop);
        let budget = i32::try_from(canvas.budget).unwrap_or(i32::MAX).min(MAX_BYTES);
        let before = self.error_of(&image, start.clone(), &hidden);
        let state = self.state(&image, start, &hidden, pace.stop());
        let aim = self.aim(&image, &state, pace.stop());
        let drawn = self.search(state, aim, budget, &pace, task.seed, &mut telling(task, [0.0, 1.0], &mut |_| {}));
        let searched = drawn.drawing();
        // A drawing without a background of its own gets one here, and may be over the budget for that reason alone.
        let is_closer = self.error_of(&image, Start::again(&drawn), &hidden) < before;
        Ok(if task.budget.fits(drawing.byte_count()) && !is_closer { drawing.clone() } else { searched })
    }

    /// Layers over their background, or else over the mean colour of the picture. What is hidden does not count.
    fn state(&self, image: &RgbImage, start: Start, hidden: &[bool], stop: &Stop) -> State {
        let Start { unit, adopted, over } = start;
        let mut measure = Measure::of(self.objective, image, self.weights.as_ref(), self.perception);
        let background = adopted.background.unwrap_or_else(|| Paint::opaque(mean_color(image)));
        measure.weights.iter_mut().zip(hidden).filter(|(_, hidden)| **hidden).for_each(|(weight, _)| *weight = 0.0);
        let mut state = State::heeding(stop, image, measure, unit, background, adopted.layers);
        if !over.shapes.is_empty() {
            state.over = over;
            state.recount();
        }
        state
    }

    /// The unit of a drawing whose grid is finer than this tracer's pixels.
    fn unit_of(&self, drawing: &Drawing) -> Unit {
        let (width, height) = (drawing.width, drawing.height);
        let is_finer = width.max(height) > self.grid && width.is_multiple_of(2) && height.is_multiple_of(2);
        if is_finer { Unit::HALF } else { Unit::PIXEL }
    }

    /// The error of layers over their background, or else over the mean colour of the picture, by the objective.
    fn error_of(&self, image: &RgbImage, start: Start, hidden: &[bool]) -> f64 {
        let stop = Stop::never();
        let mut state = self.state(image, start, hidden, &stop);
        state.count_areas();
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
            Objective::Perceptual => {
                Perceptual::new(image, state.coverage.weights(), self.threads()).map(Aim::Perceptual)
            }
        }
    }

    fn search(
        &self,
        state: State,
        aim: Option<Aim>,
        budget: i32,
        pace: &Pace,
        seed: u64,
        tell: &mut dyn FnMut(&Reached<'_>),
    ) -> Drawn {
        let (threads, translucent) = (self.threads(), self.translucent);
        let fine = self.curves && state.is_flat && pace.is_ample() && state.over.unit == Unit::HALF;
        let ramps = self.ramps && !state.is_cut_out();
        let aim = aim.map(|aim| aim.within(pace.time()));
        let fades = self.fades.are_for(state.is_cut_out());
        let search = Search { budget, pace, threads, translucent, fine, ramps, fades, seed };
        search.run(state, aim, tell)
    }

    /// The lines of flat art that are drawn as strokes.
    fn strokes(&self, canvas: &Canvas<'_>, pace: &Pace) -> Option<Strokes> {
        let wanted = self.strokes && self.curves && pace.affords_strokes() && self.objective != Objective::Defended;
        if wanted { strokes::find(&canvas.image, canvas.budget, pace.stop()) } else { None }
    }
}

/// What outlines must be nearer by than strokes, which stay smooth when they are enlarged: in dB, or in points of SSIMULACRA2.
const OUTLINES_NEARER: f64 = 1.0;

/// Reports a search that is some part of the work.
fn telling(
    task: &Task<'_>,
    [from, to]: [f64; 2],
    watch: &mut dyn FnMut(&TraceProgress<'_>),
) -> impl FnMut(&Reached<'_>) {
    move |reached| {
        task.stop.report("budget", (from + (to - from) * reached.progress) as f32);
        watch(&TraceProgress { reached });
    }
}

/// What a search begins with, on a grid of this unit.
#[derive(Clone, Debug)]
struct Start {
    unit: Unit,
    adopted: Adopted,
    over: Over,
}

impl Start {
    /// What a search has found, the background first.
    fn again(drawn: &Drawn) -> Self {
        let (background, layers) = (drawn.layers[0].paint, drawn.layers[1..].to_vec());
        Self { unit: drawn.unit, adopted: Adopted { background: Some(background), layers }, over: drawn.over.clone() }
    }

    /// Without the lowest strokes, as many as are too many for a budget in a drawing of this size.
    fn within(mut self, budget: usize, (width, height): (u32, u32)) -> Self {
        let ground = Layer {
            paint: Paint::opaque(Color::new(9, 99, 199)),
            rings: vec![Ring::new(rectangle((0, 0), (width as i32, height as i32)))],
        };
        let fits = |start: &Self| {
            let over = Over { unit: start.unit, ..start.over.clone() };
            over.drawing((width as i32, height as i32), start.unit, std::slice::from_ref(&ground)).byte_count()
                <= budget
        };
        while !self.over.shapes.is_empty() && !fits(&self) {
            self.over.shapes.remove(0);
        }
        if self.over.shapes.is_empty() {
            self.over = Over::default();
        }
        self
    }
}

/// A drawing without the strokes that lie over all other shapes, and these.
fn split(drawing: &Drawing) -> (Drawing, Vec<Shape>) {
    let below = drawing.shapes.iter().rposition(|shape| shape.stroke.is_none()).map_or(0, |at| at + 1);
    let over = drawing.shapes[below..].to_vec();
    (Drawing { shapes: drawing.shapes[..below].to_vec(), ..*drawing }, over)
}

/// Largest budget in bytes that the search counts with; no drawing of its grids comes near.
const MAX_BYTES: i32 = 100_000_000;

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

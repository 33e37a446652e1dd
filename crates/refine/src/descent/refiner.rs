//! The refiner: options, and the whole run from a drawing to one that looks more like its picture.

use image::RgbImage;
use linocut_core::{Effort, Rewrite, StageError, Task};
use linocut_raster::{Filter, resize};
use linocut_svg::{Color, Drawing};

use crate::descent::adam::Rates;
use crate::descent::error::{RefineError, in_range};
use crate::descent::fit::fit;
use crate::descent::steps::Descent;
use crate::descent::unsettled::Unsettled;
use crate::loss::Loss;
use crate::loss::objective::Objective;
use crate::model::Model;
use crate::model::restore::Spelling;
use crate::model::upright::{Edges, Ties};
use crate::raster::picture::Picture;

/// Moves a drawing's points, colours and opacities by gradient descent towards a picture.
///
/// The drawing becomes a scene of floating-point values ([`Model`]) and is drawn by the [`Rasteriser`](crate::Rasteriser)
/// at the size of comparison; Adam takes `steps` steps. During the last two fifths of them coordinates return to the integer
/// grid, an eighth of them at a time, those nearest to it first, while the others compensate. The result goes to `settle`, a
/// [`Rewrite`] that may search on the grid ([`Unsettled`] does nothing). If it is over the budget after that, some shapes
/// get their old outlines back. If the loss of the result, with everything rounded, is not below that of the given drawing,
/// the given drawing is returned.
///
/// Work is bounded by counts and the same input gives the same bytes, unless the [`Stop`](linocut_core::Stop) ends it early;
/// it is polled at every step and for every shape that is tried. Shapes are neither added nor removed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Refiner<S = Unsettled> {
    /// Gradient steps, 0 to 100,000; a draft takes a quarter of them. Default: 100.
    pub steps: u32,
    /// Longer side at which drawing and picture are compared, in px, 11 to 2048. Default: 384, the side at which the
    /// contest's metric looks at pictures.
    pub side: u32,
    /// Longest step of a point, radius or width in px of the comparison, 0 to 10. Default: 0.3.
    pub point_rate: f32,
    /// Longest step of a colour channel in levels of 255, 0 to 64. Default: 1.5.
    pub color_rate: f32,
    /// Longest step of an opacity, as a share, 0 to 0.5. Default: 0.01.
    pub opacity_rate: f32,
    /// Whether horizontal and vertical edges stay so. Default: [`Edges::Upright`].
    pub edges: Edges,
    /// The loss, where none is given ([`Refiner::refine`]). Default: [`Objective::Mse`].
    pub objective: Objective,
    /// Colour behind everything. Default: white.
    pub background: Color,
    /// What happens to the drawing once it is back on the grid. Default: [`Unsettled`].
    pub settle: S,
}

impl Default for Refiner {
    fn default() -> Self {
        Self {
            steps: 100,
            side: 384,
            point_rate: 0.3,
            color_rate: 1.5,
            opacity_rate: 0.01,
            edges: Edges::Upright,
            objective: Objective::Mse,
            background: Color::WHITE,
            settle: Unsettled,
        }
    }
}

/// A refined drawing, with its loss before and after.
#[derive(Clone, PartialEq, Debug)]
pub struct Refined {
    /// The drawing.
    pub drawing: Drawing,
    /// Loss of the drawing that was given.
    pub before: f64,
    /// Loss of the refined drawing, at most `before`.
    pub after: f64,
    /// Gradient steps taken.
    pub steps: u32,
}

impl<S> Refiner<S> {
    /// The same options with another settling step, for example a search on the grid. It is given the moved drawing, which
    /// may be over the budget, and the task.
    #[must_use]
    pub fn settled_by<R: Rewrite>(self, settle: R) -> Refiner<R> {
        let Self { steps, side, point_rate, color_rate, opacity_rate, edges, objective, background, settle: _ } = self;
        Refiner { steps, side, point_rate, color_rate, opacity_rate, edges, objective, background, settle }
    }

    fn check(&self) -> Result<(), RefineError> {
        in_range("steps", self.steps, 0.0..=100_000.0, "0 to 100,000")?;
        in_range("side", self.side, 11.0..=2048.0, "11 to 2048 px")?;
        in_range("point_rate", self.point_rate, 0.0..=10.0, "0 to 10 px")?;
        in_range("color_rate", self.color_rate, 0.0..=64.0, "0 to 64 levels")?;
        in_range("opacity_rate", self.opacity_rate, 0.0..=0.5, "0 to 0.5")?;
        match self.objective {
            Objective::Both(weight) => in_range("objective", weight, 0.0..=1000.0, "a weight of 0 to 1000"),
            Objective::Mse | Objective::Ssim => Ok(()),
        }
    }

    /// Width and height in px at which a drawing is compared: in its own proportions, each at least 1 px.
    #[must_use]
    pub fn comparison_size(&self, drawing: &Drawing) -> (u32, u32) {
        let longest = u64::from(drawing.width.max(drawing.height).max(1));
        let side = |units: u32| {
            let scaled = (u64::from(units) * u64::from(self.side) + longest / 2) / longest;
            u32::try_from(scaled).unwrap_or(self.side).max(1)
        };
        (side(drawing.width), side(drawing.height))
    }
}

impl<S: Rewrite> Refiner<S> {
    /// Refines a drawing towards a picture, which is resized to the size of comparison by Pillow's Lanczos filter.
    ///
    /// # Errors
    ///
    /// [`RefineError`] for options out of range, a drawing that is over the budget as it is, and a picture without pixels;
    /// with SSIM also for a drawing with a side under 11 px at the size of comparison.
    pub fn refine(&self, drawing: &Drawing, image: &RgbImage, task: &Task<'_>) -> Result<Refined, RefineError> {
        self.check()?;
        let (width, height) = self.comparison_size(drawing);
        let target = Picture::from_image(&resize(image, width, height, Filter::Lanczos)?)?;
        // What settles the drawing works towards the same picture.
        let task = Task { image: Some(image), ..*task };
        self.refine_with(drawing, &mut *self.objective.towards(target)?, &task)
    }

    /// Refines a drawing by any loss of pictures of [`Refiner::comparison_size`].
    ///
    /// # Errors
    ///
    /// [`RefineError`] as for [`Refiner::refine`], and where the loss fails or is not finite.
    pub fn refine_with(&self, drawing: &Drawing, loss: &mut dyn Loss, task: &Task<'_>) -> Result<Refined, RefineError> {
        self.check()?;
        let (bytes, budget) = (drawing.byte_count(), task.budget.bytes());
        if bytes > budget {
            return Err(RefineError::OverBudget { bytes, budget });
        }
        let size = self.comparison_size(drawing);
        let mut descent = Descent::new(loss, size.0, size.1)?;
        let model = Model::new(drawing, size.0, size.1, self.background)?;
        let before = descent.loss(&model)?;
        if !before.is_finite() {
            return Err(RefineError::NotFinite { step: 0, value: before });
        }
        let steps = self.steps_for(task.effort);
        let (values, steps) = descent.run(&model, &self.ties(&model), steps, self.rates(&model), task.stop)?;
        let exact = model.to_drawing(drawing, &values, Spelling::Nearest);
        let moved = if task.budget.fits(exact.byte_count()) {
            exact
        } else {
            model.to_drawing(drawing, &values, Spelling::AsShort)
        };
        let settled = self.settle.rewrite(moved, task).map_err(RefineError::Settle)?;
        let mut judge = |drawing: &Drawing| self.judge(&mut descent, drawing, size);
        let fitted =
            fit(settled, drawing, budget, |drawing| if task.stop.requested() { None } else { judge(drawing).ok() });
        let unchanged = Refined { drawing: drawing.clone(), before, after: before, steps };
        let Some(fitted) = fitted else { return Ok(unchanged) };
        let after = judge(&fitted)?;
        Ok(if after < before { Refined { drawing: fitted, after, ..unchanged } } else { unchanged })
    }

    fn steps_for(&self, effort: Effort) -> u32 {
        match effort {
            Effort::Full => self.steps,
            Effort::Draft => self.steps.div_ceil(4),
        }
    }

    fn ties(&self, model: &Model) -> Ties {
        match self.edges {
            Edges::Upright => Ties::upright(&model.scene, &model.values),
            Edges::Free => Ties::none(&model.values),
        }
    }

    /// The rates in the model's units.
    fn rates(&self, model: &Model) -> Rates {
        let scale = (model.scene.scale[0] * model.scene.scale[1]).sqrt();
        Rates { points: self.point_rate / scale, colors: self.color_rate / 255.0, opacities: self.opacity_rate }
    }

    fn judge(&self, descent: &mut Descent<'_>, drawing: &Drawing, size: (u32, u32)) -> Result<f64, RefineError> {
        descent.loss(&Model::new(drawing, size.0, size.1, self.background)?)
    }
}

impl<S: Rewrite> Rewrite for Refiner<S> {
    /// Refines towards the task's picture.
    fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
        let refined = match task.image {
            Some(image) => self.refine(&drawing, image, task),
            None => Err(RefineError::NoTarget),
        };
        refined.map(|refined| refined.drawing).map_err(|error| StageError::new("refine", error))
    }
}

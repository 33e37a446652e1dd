//! Refining a drawing towards a picture, or by any loss.

use linocut::core::{ByteBudget, FromFn, StageError, Task, with_causes};
use linocut::refine::{LossError, Objective, RefineError, Refined, Refiner};
use linocut::trace::{BudgetTracer, TraceError, Work};
use linocut::{Drawing, Stop};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::failure::{exception, raised};
use crate::losses::PyLoss;
use crate::picture::{NoPicture, Source, color, unread};
use crate::svgs::read;
use crate::work::interruptible;

/// What a run ended with.
enum Failed {
    Picture(NoPicture),
    Raised(PyErr),
    Refine(String),
}

impl From<RefineError> for Failed {
    fn from(error: RefineError) -> Self {
        match error {
            RefineError::Loss(LossError::Other(cause)) => match cause.downcast::<PyErr>() {
                Ok(raised) => Self::Raised(*raised),
                Err(cause) => Self::Refine(cause.to_string()),
            },
            error => Self::Refine(with_causes(&error)),
        }
    }
}

/// The SVG, the loss before and after, the steps that were taken, and what could not be read.
type Told = (String, f64, f64, u32, Vec<String>);

#[pyfunction]
#[pyo3(signature = (svg, image, loss, max_bytes, steps, search, objective, point_rate, color_rate, side, background))]
#[expect(clippy::too_many_arguments, reason = "as the Python function has them")]
fn refine(
    py: Python<'_>,
    svg: &str,
    image: Option<&Bound<'_, PyAny>>,
    loss: Option<Py<PyAny>>,
    max_bytes: Option<usize>,
    steps: u32,
    search: u32,
    objective: &str,
    point_rate: f32,
    color_rate: f32,
    side: u32,
    background: &str,
) -> PyResult<Told> {
    let objective = match objective {
        "psnr" => Objective::Mse,
        "ssim" => Objective::Ssim,
        "both" => Objective::Both(0.02),
        other => {
            return Err(PyValueError::new_err(format!("objective is `{other}`, expected `psnr`, `ssim` or `both`")));
        }
    };
    let background = color(py, background)?;
    let (drawing, lost) = read(svg, side).map_err(|error| raised(py, "ForeignError", &error))?;
    let budget = ByteBudget::new(max_bytes.unwrap_or_else(|| drawing.byte_count()));
    let refiner = Refiner { steps, side, point_rate, color_rate, objective, background, ..Refiner::default() };
    let image = image.map(|image| Source::of(image, background)).transpose()?;
    let refined = interruptible(py, |stop| match (image, loss) {
        (Some(image), _) => {
            let image = image.read(background).map_err(Failed::Picture)?;
            let settle = FromFn(move |drawing, task: &Task<'_>| searched(search, drawing, task));
            Ok(refiner.settled_by(settle).refine(&drawing, &image, &Task::new(budget, stop))?)
        }
        (None, Some(loss)) => towards(&refiner, &drawing, PyLoss(loss), budget, stop),
        (None, None) => Err(Failed::Refine("there is neither a picture nor a loss".to_owned())),
    })?;
    match refined {
        Ok(Refined { drawing, before, after, steps }) => {
            Ok((drawing.write().into_string(), before, after, steps, lost))
        }
        Err(Failed::Picture(failed)) => Err(unread(py, failed)),
        Err(Failed::Raised(error)) => Err(error),
        Err(Failed::Refine(message)) => Err(exception(py, "RefineError", message)),
    }
}

fn towards(
    refiner: &Refiner,
    drawing: &Drawing,
    mut loss: PyLoss,
    budget: ByteBudget,
    stop: &Stop,
) -> Result<Refined, Failed> {
    Ok(refiner.refine_with(drawing, &mut loss, &Task::new(budget, stop))?)
}

/// The tracer's search, which leaves curves and strokes as they are.
fn searched(sweeps: u32, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
    let Some(image) = task.image.filter(|_| sweeps > 0) else { return Ok(drawing) };
    let tracer = BudgetTracer::default().with_work(Work::Sweeps(sweeps));
    match tracer.improve(&drawing, image, task) {
        Err(TraceError::Shape { .. } | TraceError::TooManyShapes { .. } | TraceError::BudgetTooSmall { .. }) => {
            Ok(drawing)
        }
        found => found.map_err(|error| StageError::new("search", error)),
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(refine, module)?)
}

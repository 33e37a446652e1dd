//! Drawing descriptions: the pipeline, its outcome, and the composer.

use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use image::RgbImage;
use linocut::collage::Collage;
use linocut::core::{Effort, FromFn, Score, Scores, Subject, Task, with_causes};
use linocut::finish::{Border, Decoy};
use linocut::pipeline::{BoxGenerate, BoxRewrite, BoxScore, BoxTrace, Named, Outcome, PipelineOptions, standard_score};
use linocut::report::candidates_sheet;
use linocut::svg::Color;
use linocut::trace::{BudgetTracer, Contours, VTracer};
use linocut::{ByteBudget, Pipeline, Profile, Prompt, StageError, Stop};
use numpy::PyArray3;
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;

use crate::arrays;
use crate::failure::raised;
use crate::models::Model;
use crate::picture::{NoPicture, Source, unread};
use crate::work::{detached, interruptible};

/// The standard score, and the process that loaded it: the threads of its networks do not outlive a fork.
static SCORE: Mutex<Option<(u32, Arc<dyn Score + Send + Sync>)>> = Mutex::new(None);

/// The standard score of this process.
///
/// # Errors
///
/// `ForkError` if it was loaded before the process was forked: its networks would wait for threads that are not there.
pub(crate) fn standard() -> Result<Arc<dyn Score + Send + Sync>, NoPicture> {
    let mut kept = SCORE.lock().unwrap_or_else(PoisonError::into_inner);
    match &*kept {
        Some((owner, score)) if *owner == process::id() => Ok(Arc::clone(score)),
        Some(_) => Err((
            "ForkError",
            "the networks of the score were loaded before this process was forked: start processes with `spawn`, or fork first"
                .to_owned(),
        )),
        None => {
            let score: Arc<dyn Score + Send + Sync> = Arc::new(standard_score());
            *kept = Some((process::id(), Arc::clone(&score)));
            Ok(score)
        }
    }
}

/// A run's candidates, with everything that was found.
#[pyclass(frozen, module = "linocut._linocut")]
struct Drawn {
    outcome: Outcome,
    prompt: Prompt,
}

/// Origin, SVG, total score, parts, whether it was made at full effort, words that are not shown.
type Told = (String, String, f64, Vec<(String, f64)>, bool, Vec<String>);

#[pymethods]
impl Drawn {
    #[getter]
    fn best(&self) -> usize {
        self.outcome.best
    }

    #[getter]
    fn cut_short(&self) -> bool {
        self.outcome.cut_short
    }

    #[getter]
    fn seconds(&self) -> f64 {
        self.outcome.elapsed.as_secs_f64()
    }

    fn candidates(&self) -> Vec<Told> {
        let told = |candidate: &linocut::Candidate| {
            let parts = candidate.scores.parts.iter().map(|(name, value)| (name.to_string(), *value)).collect();
            (
                candidate.origin.to_string(),
                candidate.svg.as_str().to_owned(),
                candidate.scores.total,
                parts,
                candidate.effort == Effort::Full,
                candidate.unused_words.clone(),
            )
        };
        self.outcome.candidates.iter().map(told).collect()
    }

    fn failures(&self) -> Vec<(String, String)> {
        self.outcome.failures.iter().map(|failure| (failure.origin.to_string(), with_causes(&failure.error))).collect()
    }

    /// The picture that a candidate should look like.
    fn picture<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Option<Bound<'py, PyArray3<u8>>>> {
        let Some(candidate) = self.outcome.candidates.get(index) else {
            let count = self.outcome.candidates.len();
            return Err(PyIndexError::new_err(format!("candidate {index} of {count}")));
        };
        candidate.picture.as_ref().map(|picture| arrays::rgb(py, RgbImage::clone(picture))).transpose()
    }

    fn contact_sheet<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<u8>>> {
        let sheet = detached(py, || candidates_sheet(&self.outcome, &self.prompt))?;
        arrays::rgb(py, sheet.map_err(|error| raised(py, "SheetError", &error))?)
    }
}

#[pyfunction]
#[pyo3(signature = (description, seed, candidates, max_bytes, seconds, threads, tracers, decoy, border, generator, model, composer, scorer))]
#[expect(clippy::too_many_arguments, reason = "as the Python function has them")]
fn draw(
    py: Python<'_>,
    description: String,
    seed: u64,
    candidates: usize,
    max_bytes: usize,
    seconds: Option<f64>,
    threads: Option<usize>,
    tracers: Vec<String>,
    decoy: bool,
    border: bool,
    generator: Option<Py<PyAny>>,
    model: Option<&Bound<'_, Model>>,
    composer: bool,
    scorer: Option<Py<PyAny>>,
) -> PyResult<Drawn> {
    let time = match seconds {
        Some(time) => Some(Duration::try_from_secs_f64(time).map_err(|_| {
            PyValueError::new_err(format!("seconds is {time}, expected a time that a clock can measure"))
        })?),
        None => None,
    };
    let tracers = tracers.iter().map(|name| named(name)).collect::<PyResult<Vec<_>>>()?;
    let mut generators: Vec<Named<BoxGenerate>> = Vec::new();
    if let Some(generator) = generator {
        let made = move |prompt: &Prompt, _: &Stop| generated(&generator, prompt);
        generators.push(Named::new("generator", Box::new(FromFn(made))));
    }
    if let Some(model) = model {
        generators.push(model.get().generator(py)?);
    }
    let prompt = Prompt::new(description, seed);
    let mut pipeline = pipeline(scorer).map_err(|failed| unread(py, failed))?;
    let outcome = interruptible(py, |stop| {
        pipeline.options = PipelineOptions {
            candidates,
            budget: ByteBudget::new(max_bytes),
            profile: Profile { max_bytes, ..Profile::CONTEST },
            jobs: threads.unwrap_or(pipeline.options.jobs),
            time,
            ..pipeline.options
        };
        pipeline.tracers = tracers;
        let mut rewrites: Vec<BoxRewrite> = Vec::new();
        if border {
            rewrites.push(Box::new(Border::default()));
        }
        if decoy {
            rewrites.push(Box::new(Decoy::default()));
        }
        pipeline.rewrites = rewrites;
        if !generators.is_empty() && !composer {
            pipeline.generators.clear();
            pipeline.drawers.clear();
        }
        pipeline.generators.splice(..0, generators);
        pipeline.run(&prompt, stop)
    })?;
    Ok(Drawn { outcome: outcome.map_err(|error| raised(py, "PipelineError", &error))?, prompt })
}

fn named(name: &str) -> PyResult<Named<BoxTrace>> {
    Ok(match name {
        "budget" => Named::new(name, Box::new(BudgetTracer::default().with_threads(1))),
        "vtracer" => Named::new(name, Box::new(VTracer::default())),
        "contours" => Named::new(name, Box::new(Contours::default())),
        other => {
            return Err(PyValueError::new_err(format!(
                "tracer is `{other}`, expected `budget`, `vtracer` or `contours`"
            )));
        }
    })
}

/// The standard pipeline, with the score of this process or one of the user's.
fn pipeline(scorer: Option<Py<PyAny>>) -> Result<Pipeline, NoPicture> {
    let standard = Pipeline::standard();
    let score: BoxScore = match scorer {
        Some(scorer) => Box::new(FromFn(move |subject: &Subject<'_>| scored(&scorer, subject))),
        None => Box::new(self::standard()?),
    };
    Ok(Pipeline { score, ..standard })
}

/// The picture of a Python generator, `generator(description, seed)`.
fn generated(generator: &Py<PyAny>, prompt: &Prompt) -> Result<RgbImage, StageError> {
    let source = Python::attach(|py| {
        let made = generator.bind(py).call1((prompt.text.as_str(), prompt.seed))?;
        Source::of(&made, Color::WHITE)
    });
    let source = source.map_err(|error| StageError::new("generate", error))?;
    source.read(Color::WHITE).map_err(|(_, message)| StageError::new("generate", message))
}

/// The score of a Python scorer, `scorer(picture, description)`.
fn scored(scorer: &Py<PyAny>, subject: &Subject<'_>) -> Result<Scores, StageError> {
    let total = Python::attach(|py| -> PyResult<f64> {
        let picture = arrays::rgb(py, subject.image.clone())?;
        scorer.bind(py).call1((picture, subject.prompt.text.as_str()))?.extract()
    });
    Ok(Scores::single("scorer", total.map_err(|error| StageError::new("score", error))?))
}

/// A composed picture: pixels, or shapes within a budget.
#[pyfunction]
fn collage_picture<'py>(
    py: Python<'py>,
    side: u32,
    description: String,
    seed: u64,
) -> PyResult<Bound<'py, PyArray3<u8>>> {
    let prompt = Prompt::new(description, seed);
    let picture = interruptible(py, |stop| Collage { side }.picture(&prompt, stop))?;
    arrays::rgb(py, picture.map_err(|error| raised(py, "CollageError", &error))?)
}

#[pyfunction]
fn collage_svg(py: Python<'_>, description: String, seed: u64, max_bytes: usize) -> PyResult<String> {
    let prompt = Prompt::new(description, seed);
    let drawing =
        interruptible(py, |stop| Collage::default().drawing(&prompt, &Task::new(ByteBudget::new(max_bytes), stop)))?;
    Ok(drawing.map_err(|error| raised(py, "CollageError", &error))?.write().into_string())
}

/// Words that are shown, words that are not, and (title, author, address, licence) of the art.
type Composed = (Vec<String>, Vec<String>, Vec<(String, String, String, String)>);

#[pyfunction]
fn collage_told(py: Python<'_>, description: String, seed: u64) -> PyResult<Composed> {
    let prompt = Prompt::new(description, seed);
    let composition = detached(py, || Collage::default().compose(&prompt))?;
    let composition = composition.map_err(|error| raised(py, "CollageError", &error))?;
    let credit = |credit: &linocut::collage::Credit| {
        let text = str::to_owned;
        (text(credit.title), text(credit.author), text(credit.url), text(credit.license))
    };
    Ok((composition.used_words, composition.unused_words, composition.credits.iter().map(credit).collect()))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Drawn>()?;
    module.add_function(wrap_pyfunction!(draw, module)?)?;
    module.add_function(wrap_pyfunction!(collage_picture, module)?)?;
    module.add_function(wrap_pyfunction!(collage_svg, module)?)?;
    module.add_function(wrap_pyfunction!(collage_told, module)?)
}

//! Tracing: one picture, or many with several workers.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TrySendError, channel, sync_channel};
use std::thread;
use std::time::Duration;

use linocut::constraints::check_svg;
use linocut::core::{Task, with_causes};
use linocut::svg::Color;
use linocut::trace::{BudgetTracer, Contours, Objective, VTracer, Work};
use linocut::{ByteBudget, Profile, Stop};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};

use crate::failure::exception;
use crate::picture::{NoPicture, Picture, Source, color, unread};
use crate::work::interruptible;

const POLL: Duration = Duration::from_millis(40);

const NO_CUT_OUT: &str = "background is None, which keeps transparent parts: only method `budget` can";

/// Which tracer, and how.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) tracer: Tracer,
    pub(crate) budget: usize,
    pub(crate) seconds: Option<Duration>,
    pub(crate) seed: u64,
}

#[derive(Clone)]
pub(crate) enum Tracer {
    Budget(BudgetTracer),
    VTracer(VTracer),
    Contours(Contours),
}

impl Options {
    pub(crate) fn new(
        max_bytes: usize,
        method: &str,
        objective: &str,
        sweeps: Option<u32>,
        seconds: Option<f64>,
        seed: u64,
        threads: usize,
    ) -> PyResult<Self> {
        let value = |text: String| PyValueError::new_err(text);
        let time = match seconds {
            Some(time) => Some(
                Duration::try_from_secs_f64(time)
                    .map_err(|_| value(format!("seconds is {time}, expected a time that a clock can measure")))?,
            ),
            None => None,
        };
        if time.is_some() && sweeps.is_some() {
            return Err(value("give sweeps or seconds, not both".to_owned()));
        }
        let objective = match objective {
            "raw" => Objective::Raw,
            "defended" => Objective::Defended,
            "perceptual" => Objective::Perceptual,
            other => return Err(value(format!("objective is `{other}`, expected `raw`, `defended` or `perceptual`"))),
        };
        let default = BudgetTracer::default();
        let tracer = match method {
            "budget" => {
                let work = match (time, sweeps) {
                    (Some(time), _) => Work::Time(time),
                    (None, Some(sweeps)) => Work::Sweeps(sweeps),
                    (None, None) => default.work,
                };
                Tracer::Budget(default.with_work(work).with_objective(objective).with_threads(threads))
            }
            "vtracer" => Tracer::VTracer(VTracer::default()),
            "contours" => Tracer::Contours(Contours::default()),
            other => return Err(value(format!("method is `{other}`, expected `budget`, `vtracer` or `contours`"))),
        };
        Ok(Self { tracer, budget: max_bytes, seconds: time, seed })
    }

    /// Refuses to keep transparent parts with a tracer that cannot, before any picture is read.
    fn check_background(&self, background: Option<Color>) -> PyResult<()> {
        match (&self.tracer, background) {
            (Tracer::Budget(_), _) | (_, Some(_)) => Ok(()),
            _ => Err(PyValueError::new_err(NO_CUT_OUT)),
        }
    }

    /// The SVG of a picture.
    pub(crate) fn trace(&self, picture: &Picture, stop: &Stop) -> Result<String, NoPicture> {
        let limited = match (&self.tracer, self.seconds) {
            (Tracer::Budget(_), _) | (_, None) => stop.clone(),
            (_, Some(time)) => stop.within(time),
        };
        let task = Task { seed: self.seed, ..Task::new(ByteBudget::new(self.budget), &limited) };
        let drawing = match picture {
            Picture::Opaque(picture) => {
                let task = Task { image: Some(picture), ..task };
                match &self.tracer {
                    Tracer::Budget(tracer) => tracer.trace(picture, &task),
                    Tracer::VTracer(tracer) => tracer.trace(picture, &task),
                    Tracer::Contours(tracer) => tracer.trace(picture, &task),
                }
            }
            Picture::CutOut(picture) => match &self.tracer {
                Tracer::Budget(tracer) => tracer.trace_rgba(picture, &task),
                _ => return Err(("ValueError", NO_CUT_OUT.to_owned())),
            },
        };
        let svg = drawing.map_err(|error| ("TraceError", with_causes(&error)))?.write();
        let profile = Profile { max_bytes: self.budget, ..Profile::CONTEST };
        match check_svg(&svg, &profile) {
            Ok(valid) => Ok(valid.as_str().to_owned()),
            Err(invalid) => Err(("Invalid", invalid.to_string())),
        }
    }
}

#[pyfunction]
#[pyo3(signature = (image, max_bytes, method, objective, sweeps, seconds, seed, threads, background))]
#[expect(clippy::too_many_arguments, reason = "as the Python function has them")]
fn trace(
    py: Python<'_>,
    image: &Bound<'_, PyAny>,
    max_bytes: usize,
    method: &str,
    objective: &str,
    sweeps: Option<u32>,
    seconds: Option<f64>,
    seed: u64,
    threads: usize,
    background: Option<&str>,
) -> PyResult<String> {
    let background = background.map(|text| color(py, text)).transpose()?;
    let options = Options::new(max_bytes, method, objective, sweeps, seconds, seed, threads)?;
    options.check_background(background)?;
    let source = Source::of(image, background)?;
    let traced = interruptible(py, move |stop| options.trace(&source.read_over(background)?, stop))?;
    traced.map_err(|failed| unread(py, failed))
}

/// SVGs in the order of the pictures; with `keep_errors`, exceptions in place of those that could not be traced.
#[pyfunction]
#[pyo3(signature = (images, workers, keep_errors, max_bytes, method, objective, sweeps, seconds, seed, background))]
#[expect(clippy::too_many_arguments, reason = "as the Python function has them")]
fn trace_batch<'py>(
    py: Python<'py>,
    images: &Bound<'py, PyAny>,
    workers: usize,
    keep_errors: bool,
    max_bytes: usize,
    method: &str,
    objective: &str,
    sweeps: Option<u32>,
    seconds: Option<f64>,
    seed: u64,
    background: Option<&str>,
) -> PyResult<Bound<'py, PyList>> {
    let background = background.map(|text| color(py, text)).transpose()?;
    let options = Options::new(max_bytes, method, objective, sweeps, seconds, seed, 1)?;
    options.check_background(background)?;
    if !(1..=1024).contains(&workers) {
        return Err(PyValueError::new_err(format!("workers is {workers}, expected 1 to 1024")));
    }
    let images = images.try_iter()?;
    let run = Batch { options, background, workers, keep_errors };
    PyList::new(py, run.run(py, &images)?)
}

/// Why there is no SVG: told by the library, or raised by Python.
enum Missing {
    Told(NoPicture),
    Raised(PyErr),
}

impl Missing {
    fn into_error(self, py: Python<'_>) -> PyErr {
        match self {
            Self::Told(failed) => unread(py, failed),
            Self::Raised(error) => error,
        }
    }
}

struct Batch {
    options: Options,
    background: Option<Color>,
    workers: usize,
    keep_errors: bool,
}

impl Batch {
    /// At most one picture for each worker waits, so memory does not grow with the number of pictures.
    fn run<'py>(&self, py: Python<'py>, images: &Bound<'py, PyIterator>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let stop = Stop::never();
        let (jobs, waiting) = sync_channel::<(usize, Source)>(self.workers);
        let waiting = Mutex::new(waiting);
        let (results, mut found) = channel();
        let made = thread::scope(|scope| {
            for _ in 0..self.workers {
                let results = results.clone();
                let (waiting, stop) = (&waiting, &stop);
                let begun = thread::Builder::new().name("linocut".to_owned()).spawn_scoped(scope, move || {
                    while let Some((index, source)) = next(waiting) {
                        let picture = source.read_over(self.background);
                        let traced = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                            picture.and_then(|picture| self.options.trace(&picture, stop))
                        }));
                        let traced =
                            traced.unwrap_or_else(|_| Err(("InternalError", "the tracer panicked".to_owned())));
                        if results.send((index, traced)).is_err() {
                            return;
                        }
                    }
                });
                if let Err(error) = begun {
                    drop(jobs);
                    return Err(exception(py, "InternalError", format!("cannot start a thread: {error}")));
                }
            }
            drop(results);
            let made = self.feed(py, images, jobs, &mut found);
            if made.is_err() {
                stop.cancel();
            }
            // Workers end once there are no more jobs; they must not wait for the interpreter.
            let found = &mut found;
            py.detach(move || while found.recv().is_ok() {});
            made
        })?;
        made.into_iter().map(|made| made.into_object(py)).collect()
    }

    /// Without `keep_errors`, the error is that of the first picture in order that has one, whichever is found first.
    fn feed(
        &self,
        py: Python<'_>,
        images: &Bound<'_, PyIterator>,
        jobs: std::sync::mpsc::SyncSender<(usize, Source)>,
        found: &mut Receiver<(usize, Result<String, NoPicture>)>,
    ) -> PyResult<Vec<Made>> {
        let mut all = All { made: Vec::new(), left: 0, failed: None };
        'feeding: for image in images {
            let source = match image.and_then(|image| Source::of(&image, self.background)) {
                Ok(source) => source,
                Err(error) if error.is_instance_of::<pyo3::exceptions::PyKeyboardInterrupt>(py) => return Err(error),
                Err(error) => {
                    all.made.push(Made(None));
                    all.put(all.made.len() - 1, Err(Missing::Raised(error)));
                    if self.keep_errors {
                        continue;
                    }
                    break;
                }
            };
            let mut job = Some((all.made.len(), source));
            all.made.push(Made(None));
            all.left += 1;
            while let Some(waiting) = job.take() {
                match jobs.try_send(waiting) {
                    Ok(()) => {}
                    Err(TrySendError::Full(back)) => {
                        job = Some(back);
                        take(py, found, &mut all)?;
                        if all.failed.is_some() && !self.keep_errors {
                            break 'feeding;
                        }
                    }
                    Err(TrySendError::Disconnected(_)) => {
                        return Err(exception(py, "InternalError", "all workers have ended".to_owned()));
                    }
                }
            }
        }
        drop(jobs);
        while all.left > 0 && (self.keep_errors || !all.is_settled()) {
            take(py, found, &mut all)?;
        }
        match all.failed.filter(|_| !self.keep_errors).and_then(|at| all.made.swap_remove(at).0) {
            Some(Err(missing)) => Err(missing.into_error(py)),
            _ => Ok(all.made),
        }
    }
}

/// What became of all pictures so far.
struct All {
    made: Vec<Made>,
    /// Pictures that workers have or that wait for one.
    left: usize,
    /// The first that could not be traced.
    failed: Option<usize>,
}

impl All {
    fn put(&mut self, index: usize, traced: Result<String, Missing>) {
        if traced.is_err() {
            self.failed = Some(self.failed.map_or(index, |failed| failed.min(index)));
        }
        self.made[index] = Made(Some(traced));
    }

    /// Whether a picture could not be traced and all before it are known.
    fn is_settled(&self) -> bool {
        self.failed.is_some_and(|failed| self.made[..failed].iter().all(|made| made.0.is_some()))
    }
}

/// Waits a little for a result, and looks for signals.
fn take(py: Python<'_>, found: &mut Receiver<(usize, Result<String, NoPicture>)>, all: &mut All) -> PyResult<()> {
    let waiting = &mut *found;
    let result = py.detach(move || waiting.recv_timeout(POLL));
    py.check_signals()?;
    match result {
        Ok((index, traced)) => {
            all.left -= 1;
            all.put(index, traced.map_err(Missing::Told));
            Ok(())
        }
        Err(RecvTimeoutError::Timeout) => Ok(()),
        Err(RecvTimeoutError::Disconnected) => Err(exception(py, "InternalError", "all workers have ended".to_owned())),
    }
}

/// What became of a picture.
struct Made(Option<Result<String, Missing>>);

impl Made {
    fn into_object(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self.0 {
            Some(Ok(svg)) => Ok(pyo3::types::PyString::new(py, &svg).into_any()),
            Some(Err(missing)) => Ok(missing.into_error(py).into_value(py).into_bound(py).into_any()),
            None => Err(PyTypeError::new_err("a picture was not traced")),
        }
    }
}

fn next(waiting: &Mutex<Receiver<(usize, Source)>>) -> Option<(usize, Source)> {
    waiting.lock().ok()?.recv().ok()
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(trace, module)?)?;
    module.add_function(wrap_pyfunction!(trace_batch, module)?)
}

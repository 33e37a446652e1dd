//! Scores and measures of pictures.

use linocut::core::{Score, Subject};
use linocut::raster::{ms_ssim, psnr, ssim, ssimulacra2};
use linocut::score::contest::defence::defended;
use linocut::score::{METRIC_SIDE, MetricRenderer};
use linocut::svg::Color;
use linocut::{Prompt, Svg};
use numpy::PyArray3;
use pyo3::prelude::*;

use crate::arrays;
use crate::drawing::standard;
use crate::failure::{exception, raised};
use crate::picture::{Source, color, unread};
use crate::work::{detached, interruptible};

/// The standard score: total and parts.
#[pyfunction]
fn score(
    py: Python<'_>,
    svg: &str,
    description: String,
    source: Option<&Bound<'_, PyAny>>,
    seed: u64,
) -> PyResult<(f64, Vec<(String, f64)>)> {
    let svg = Svg::new(svg).map_err(|error| raised(py, "SvgError", &error))?;
    let source = source.map(|source| Source::of(source, Color::WHITE)).transpose()?;
    let prompt = Prompt::new(description, seed);
    let scores = interruptible(py, |_| {
        let source = source.map(|source| source.read(Color::WHITE)).transpose()?;
        let image = MetricRenderer.picture(&svg, METRIC_SIDE, METRIC_SIDE);
        let image = image.map_err(|error| ("RenderError", error.to_string()))?;
        let subject = Subject { source: source.as_ref(), seed, ..Subject::new(&image, &prompt) };
        standard()?.score(&subject).map_err(|error| ("StageError", error.to_string()))
    })?;
    let scores = scores.map_err(|failed| unread(py, failed))?;
    Ok((scores.total, scores.parts.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()))
}

/// PSNR in dB, SSIM, MS-SSIM, SSIMULACRA2.
#[pyfunction]
fn metrics(
    py: Python<'_>,
    a: &Bound<'_, PyAny>,
    b: &Bound<'_, PyAny>,
    background: &str,
) -> PyResult<(f64, f64, f64, f64)> {
    let background = color(py, background)?;
    let (a, b) = (Source::of(a, background)?, Source::of(b, background)?);
    let found = interruptible(py, |_| {
        let (a, b) = (a.read(background)?, b.read(background)?);
        let told = |error: linocut::raster::DifferenceError| ("DifferenceError", error.to_string());
        Ok((
            psnr(&a, &b).map_err(told)?,
            ssim(&a, &b).map_err(told)?,
            ms_ssim(&a, &b).map_err(told)?,
            ssimulacra2(&a, &b).map_err(told)?,
        ))
    })?;
    found.map_err(|failed| unread(py, failed))
}

/// A picture as an array.
type Pixels<'py> = Bound<'py, PyArray3<u8>>;

/// Both pictures that the contest's models see.
#[pyfunction]
fn defend<'py>(
    py: Python<'py>,
    image: &Bound<'py, PyAny>,
    seed: u32,
    background: &str,
) -> PyResult<(Pixels<'py>, Pixels<'py>)> {
    let background = color(py, background)?;
    let image = Source::of(image, background)?;
    let made = interruptible(py, |_| {
        let image = image.read(background)?;
        defended(&image, seed).map_err(|error| ("DefenceError", error.to_string()))
    })?;
    let made = made.map_err(|failed| unread(py, failed))?;
    Ok((arrays::rgb(py, made.defended)?, arrays::rgb(py, made.ocr)?))
}

/// The pixels of a picture, as the library reads it.
#[pyfunction]
fn pixels<'py>(py: Python<'py>, image: &Bound<'py, PyAny>, background: &str) -> PyResult<Pixels<'py>> {
    let background = color(py, background)?;
    let source = Source::of(image, background)?;
    let read = detached(py, || source.read(background))?;
    arrays::rgb(py, read.map_err(|(name, message)| exception(py, name, message))?)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(score, module)?)?;
    module.add_function(wrap_pyfunction!(metrics, module)?)?;
    module.add_function(wrap_pyfunction!(defend, module)?)?;
    module.add_function(wrap_pyfunction!(pixels, module)?)
}

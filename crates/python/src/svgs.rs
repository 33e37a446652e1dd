//! What is done to SVG texts: checking, sanitising, minifying, rendering.

use linocut::constraints::{Profile, check_bytes, sanitise as sanitised};
use linocut::raster::composite;
use linocut::svg::{Simplify, own_size, rasterize, read_foreign};
use linocut::{Drawing, Svg};
use pyo3::prelude::*;

use crate::arrays;
use crate::failure::{exception, raised};
use crate::picture::color;
use crate::work::detached;

/// Line, column, element, attribute, message.
type Violated = (u32, u32, Option<String>, Option<String>, String);

/// Line, column, element, message.
type Changed = (u32, u32, String, String);

fn profile(max_bytes: usize) -> Profile {
    Profile { max_bytes, ..Profile::CONTEST }
}

#[pyfunction]
fn check(py: Python<'_>, svg: &[u8], max_bytes: usize) -> PyResult<Vec<Violated>> {
    let svg = svg.to_vec();
    let found = detached(py, || check_bytes(&svg, &profile(max_bytes)))?;
    let violations = found.err().map_or_else(Vec::new, |invalid| invalid.violations);
    let told = |violation: linocut::constraints::Violation| {
        let message = violation.to_string();
        (violation.line, violation.column, violation.element, violation.attribute, message)
    };
    Ok(violations.into_iter().map(told).collect())
}

/// The valid SVG, and (line, column, element, message) of each change.
#[pyfunction]
fn sanitise(py: Python<'_>, svg: &str, max_bytes: usize) -> PyResult<(String, Vec<Changed>)> {
    let made = detached(py, || sanitised(svg, &profile(max_bytes)))?;
    let made = made.map_err(|error| raised(py, "SanitiseError", &error))?;
    let told = |change: &linocut::constraints::Change| {
        (change.line, change.column, change.element.clone(), change.to_string())
    };
    Ok((made.svg.as_str().to_owned(), made.changes.iter().map(told).collect()))
}

/// A drawing of an SVG, exactly if the library wrote it, otherwise on a grid, with what was lost.
pub(crate) fn read(text: &str, grid: u32) -> Result<(Drawing, Vec<String>), linocut::svg::ForeignError> {
    if let Ok(drawing) = Drawing::parse(text) {
        return Ok((drawing, Vec::new()));
    }
    let foreign = read_foreign(text, grid)?;
    Ok((foreign.drawing, foreign.lost.iter().map(ToString::to_string).collect()))
}

/// The shorter SVG, and what was lost.
#[pyfunction]
fn minify(py: Python<'_>, svg: &str, tolerance: f64, grid: u32) -> PyResult<(String, Vec<String>)> {
    let made = detached(py, || {
        read(svg, grid).map(|(drawing, lost)| {
            (drawing.simplify(&Simplify { tolerance, ..Simplify::default() }).write().into_string(), lost)
        })
    })?;
    let (text, lost) = made.map_err(|error| raised(py, "ForeignError", &error))?;
    // What is not shorter has lost nothing.
    Ok(if text.len() < svg.len() { (text, lost) } else { (svg.to_owned(), Vec::new()) })
}

fn well_formed(py: Python<'_>, text: &str) -> PyResult<Svg> {
    Svg::new(text).map_err(|error| raised(py, "SvgError", &error))
}

/// The SVG's own size in px.
#[pyfunction]
fn size(py: Python<'_>, svg: &str) -> PyResult<(u32, u32)> {
    let svg = well_formed(py, svg)?;
    detached(py, || own_size(&svg))?.map_err(|error| raised(py, "RenderError", &error))
}

/// Height x width x 3 over a background, or x 4 without one.
#[pyfunction]
fn render(
    py: Python<'_>,
    svg: &str,
    width: Option<u32>,
    height: Option<u32>,
    background: Option<&str>,
) -> PyResult<Py<PyAny>> {
    let svg = well_formed(py, svg)?;
    let background = background.map(|text| color(py, text)).transpose()?;
    let drawn = detached(py, || {
        let (own_width, own_height) = own_size(&svg)?;
        let scaled = |to: u32, own: u32, other: u32| {
            let side = f64::from(to) * f64::from(other) / f64::from(own.max(1));
            (side.round().min(f64::from(u32::MAX)) as u32).max(1)
        };
        let (width, height) = match (width, height) {
            (Some(width), Some(height)) => (width, height),
            (Some(width), None) => (width, scaled(width, own_width, own_height)),
            (None, Some(height)) => (scaled(height, own_height, own_width), height),
            (None, None) => (own_width, own_height),
        };
        rasterize(&svg, width, height)
    })?;
    let drawn = drawn.map_err(|error| raised(py, "RenderError", &error))?;
    Ok(match background {
        Some(background) => arrays::rgb(py, composite(&drawn, background.into()))?.into_any().unbind(),
        None => arrays::rgba(py, drawn)?.into_any().unbind(),
    })
}

/// The text of bytes in UTF-8.
#[pyfunction]
fn text(py: Python<'_>, svg: &[u8]) -> PyResult<String> {
    let known = String::from_utf8(svg.to_vec());
    known.map_err(|error| exception(py, "SvgError", format!("the SVG is not UTF-8: {error}")))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(check, module)?)?;
    module.add_function(wrap_pyfunction!(sanitise, module)?)?;
    module.add_function(wrap_pyfunction!(minify, module)?)?;
    module.add_function(wrap_pyfunction!(size, module)?)?;
    module.add_function(wrap_pyfunction!(render, module)?)?;
    module.add_function(wrap_pyfunction!(text, module)?)
}

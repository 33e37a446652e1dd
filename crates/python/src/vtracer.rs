//! The interface of vtracer: what `linocut/vtracer.py` calls.

use linocut::core::with_causes;
use linocut::trace::compat::{
    Budget, Classic, Clustering, Color, ColorMode, CompatError, Config, FitMode, Hierarchical, convert_bytes,
    convert_pixels, convert_pixels_to_svg, convert_raw_image_to_svg,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::failure::exception;
use crate::work::interruptible;

/// The options of version 0.6, read from attributes of their names.
#[derive(FromPyObject)]
struct ClassicOptions {
    colormode: String,
    hierarchical: String,
    mode: String,
    filter_speckle: usize,
    color_precision: i32,
    layer_difference: i32,
    corner_threshold: i32,
    length_threshold: f64,
    max_iterations: usize,
    splice_threshold: i32,
    path_precision: Option<u32>,
    max_bytes: Option<usize>,
    seed: u64,
}

/// The options of version 1.0, read from attributes of their names.
#[derive(FromPyObject)]
struct ConfigOptions {
    clustering: String,
    hierarchical: String,
    mode: String,
    filter_speckle: usize,
    color_precision: i32,
    layer_difference: i32,
    corner_threshold: i32,
    length_threshold: f64,
    max_iterations: usize,
    splice_threshold: i32,
    simplify: Option<f64>,
    path_precision: Option<u32>,
    palette: Vec<String>,
    max_colors: Option<usize>,
    optimize: u8,
    binary_threshold: u8,
    adaptive: bool,
    adaptive_window: u32,
    adaptive_t: f64,
    watershed_detail: u32,
    max_bytes: Option<usize>,
    seed: u64,
}

fn parsed<T: std::str::FromStr<Err = String>>(text: &str) -> PyResult<T> {
    text.parse().map_err(PyValueError::new_err)
}

fn hex(text: &str) -> PyResult<Color> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6 && digits.is_ascii());
    let value = value.ok_or_else(|| PyValueError::new_err(format!("`{text}` is not a #rrggbb color")))?;
    let [_, r, g, b] = value.to_be_bytes();
    Ok(Color::new(r, g, b))
}

impl ConfigOptions {
    fn config(self) -> PyResult<Config> {
        let mut config = Config { budget: Budget { max_bytes: self.max_bytes, seed: self.seed }, ..Config::default() };
        let own = &mut config.vtracer;
        own.clustering = parsed::<Clustering>(&self.clustering)?;
        own.hierarchical = parsed::<Hierarchical>(&self.hierarchical)?;
        own.mode = parsed::<FitMode>(&self.mode)?;
        own.filter_speckle = self.filter_speckle;
        own.color_precision = self.color_precision;
        own.layer_difference = self.layer_difference;
        own.corner_threshold = self.corner_threshold;
        own.length_threshold = self.length_threshold;
        own.max_iterations = self.max_iterations;
        own.splice_threshold = self.splice_threshold;
        own.simplify = self.simplify;
        own.path_precision = self.path_precision;
        own.palette = self.palette.iter().map(|text| hex(text)).collect::<PyResult<_>>()?;
        own.max_colors = self.max_colors;
        own.optimize = self.optimize;
        own.binary_threshold = self.binary_threshold;
        own.binary_adaptive = self.adaptive;
        own.binary_adaptive_window = self.adaptive_window;
        own.binary_adaptive_t = self.adaptive_t;
        own.watershed_detail = self.watershed_detail;
        Ok(config)
    }
}

impl ClassicOptions {
    /// The options, and the budget. Words are those of the package, which checks them.
    fn options(self) -> PyResult<(Classic, Budget)> {
        let options = Classic {
            colormode: if self.colormode == "binary" { ColorMode::Binary } else { ColorMode::Color },
            hierarchical: parsed(&self.hierarchical)?,
            mode: parsed(&self.mode)?,
            filter_speckle: self.filter_speckle,
            color_precision: self.color_precision,
            layer_difference: self.layer_difference,
            corner_threshold: self.corner_threshold,
            length_threshold: self.length_threshold,
            max_iterations: self.max_iterations,
            splice_threshold: self.splice_threshold,
            path_precision: self.path_precision,
        };
        Ok((options, Budget { max_bytes: self.max_bytes, seed: self.seed }))
    }
}

fn told(py: Python<'_>, error: &CompatError) -> PyErr {
    let name = match error {
        CompatError::Decode(_) => "DecodeError",
        CompatError::Trace(_) => "TraceError",
        _ => "CompatError",
    };
    exception(py, name, with_causes(error))
}

/// A picture: RGBA bytes with their size, or the bytes of a file without one.
#[pyfunction]
#[pyo3(signature = (data, size, config))]
fn vtracer_config(
    py: Python<'_>,
    data: PyBackedBytes,
    size: Option<(usize, usize)>,
    config: ConfigOptions,
) -> PyResult<String> {
    let config = config.config()?;
    let svg = interruptible(py, |stop| match size {
        Some((width, height)) => convert_pixels(data.to_vec(), width, height, &config, stop),
        None => convert_bytes(&data, &config, stop),
    })?;
    svg.map_err(|error| told(py, &error))
}

/// A picture: RGBA bytes with their size, or the bytes of a file without one.
#[pyfunction]
#[pyo3(signature = (data, size, options))]
fn vtracer_classic(
    py: Python<'_>,
    data: PyBackedBytes,
    size: Option<(usize, usize)>,
    options: ClassicOptions,
) -> PyResult<String> {
    let (options, budget) = options.options()?;
    let svg = interruptible(py, |stop| match size {
        Some(size) => convert_pixels_to_svg(&data, size, &options, &budget, stop),
        None => convert_raw_image_to_svg(&data, &options, &budget, stop),
    })?;
    svg.map_err(|error| told(py, &error))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(vtracer_config, module)?)?;
    module.add_function(wrap_pyfunction!(vtracer_classic, module)?)
}

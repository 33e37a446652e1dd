//! Runs vtracer within checked options, until it is done or asked to stop.

use linocut_core::Stop;
use vtracer::progress::CancelToken;
use vtracer::{ColorImage, Config, Error, Pipeline, VectorDoc};

use super::error::CompatError;
use crate::error::{TraceError, in_range};

/// The document of a picture, and the pipeline that made it.
pub(super) fn run(image: &ColorImage, config: &Config, stop: &Stop) -> Result<(VectorDoc, Pipeline), CompatError> {
    check(config)?;
    if image.width == 0 || image.height == 0 {
        let (width, height) = (image.width as u32, image.height as u32);
        return Err(TraceError::EmptyPicture { width, height }.into());
    }
    // More bits than a channel has count as all of them.
    let config = Config { color_precision: config.color_precision.min(8), ..config.clone() };
    let pipeline = config.build().map_err(|error| TraceError::VTracer(error.into()))?;
    let cancel = CancelToken::new();
    let flag = cancel.clone();
    let document = pipeline.run_with_progress(image, &cancel, &mut |progress| {
        stop.report("vtracer", progress.fraction.clamp(0.0, 1.0));
        if stop.requested() {
            flag.cancel();
        }
    });
    match document {
        Err(Error::Cancelled) => Err(CompatError::Stopped),
        document => Ok((document.map_err(|error| TraceError::VTracer(error.into()))?, pipeline)),
    }
}

/// Ranges outside of which vtracer would panic or run away.
fn check(config: &Config) -> Result<(), TraceError> {
    in_range("filter_speckle", config.filter_speckle as f64, 0.0..=16_384.0, "0 to 16,384 px")?;
    in_range("color_precision", config.color_precision, 1.0..=16.0, "1 to 16 bits")?;
    in_range("layer_difference", config.layer_difference, 0.0..=765.0, "0 to 765 levels")?;
    in_range("corner_threshold", config.corner_threshold, -360.0..=360.0, "-360 to 360 degrees")?;
    in_range("length_threshold", config.length_threshold, 0.0..=10_000.0, "0 to 10,000 px")?;
    in_range("max_iterations", config.max_iterations as f64, 1.0..=1000.0, "1 to 1000")?;
    in_range("splice_threshold", config.splice_threshold, -360.0..=360.0, "-360 to 360 degrees")?;
    in_range("path_precision", config.path_precision.unwrap_or(0), 0.0..=32.0, "0 to 32 digits")?;
    in_range("simplify", config.simplify.unwrap_or(0.0), 0.0..=10_000.0, "0 to 10,000 px")?;
    in_range("max_colors", config.max_colors.unwrap_or(1) as f64, 1.0..=65_536.0, "1 to 65,536")?;
    in_range("palette", config.palette.len() as f64, 0.0..=65_536.0, "at most 65,536 colours")?;
    in_range("optimize", config.optimize, 0.0..=2.0, "0 to 2")?;
    in_range("adaptive_window", config.binary_adaptive_window, 0.0..=16_384.0, "0 to 16,384 px")?;
    in_range("adaptive_t", config.binary_adaptive_t, 0.0..=100.0, "0 to 100 per cent")?;
    in_range("watershed_detail", config.watershed_detail, 0.0..=100_000.0, "0 to 100,000")
}

//! The interface of vtracer 1.0.

use linocut_core::Stop;
use vtracer::{ColorImage, Preset};

use super::budgeted::Budget;
use super::error::CompatError;
use super::{pixels, run};

/// vtracer's own options, and the budget.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// vtracer's options.
    pub vtracer: vtracer::Config,
    /// How long the SVG may be.
    pub budget: Budget,
}

impl Config {
    /// The preset for black-and-white line art.
    #[must_use]
    pub fn bw() -> Self {
        Self::of(Preset::Bw)
    }

    /// The preset for flat colour.
    #[must_use]
    pub fn poster() -> Self {
        Self::of(Preset::Poster)
    }

    /// The preset for photographs.
    #[must_use]
    pub fn photo() -> Self {
        Self::of(Preset::Photo)
    }

    fn of(preset: Preset) -> Self {
        Self { vtracer: vtracer::Config::from_preset(preset), budget: Budget::default() }
    }
}

/// Converts a PNG or JPEG file, given as its bytes.
///
/// # Errors
///
/// [`CompatError::Decode`], and those of [`convert_pixels`].
pub fn convert_bytes(data: &[u8], config: &Config, stop: &Stop) -> Result<String, CompatError> {
    converted(&pixels::of_file(data)?, config, stop)
}

/// Converts RGBA bytes, `width * height * 4` of them.
///
/// # Errors
///
/// [`CompatError::PixelCount`] and [`CompatError::TooLarge`] for other sizes, [`CompatError::Trace`] for options out of range and
/// budgets that are too small, [`CompatError::Stopped`] if `stop` asks for an end.
pub fn convert_pixels(
    rgba: Vec<u8>,
    width: usize,
    height: usize,
    config: &Config,
    stop: &Stop,
) -> Result<String, CompatError> {
    converted(&pixels::of_rgba(rgba, (width, height))?, config, stop)
}

fn converted(image: &ColorImage, config: &Config, stop: &Stop) -> Result<String, CompatError> {
    let (document, pipeline) = run::run(image, &config.vtracer, stop)?;
    config.budget.keep(pipeline.writer.write(&document), image, stop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::Color;

    const SIZE: (usize, usize) = (64, 48);

    fn disc() -> Vec<u8> {
        let pixel = |i: usize| {
            let (x, y) = ((i % SIZE.0) as f64 - 30.0, (i / SIZE.0) as f64 - 24.0);
            if x.hypot(y) < 15.0 { [200, 30, 30, 255] } else { [250, 250, 250, 255] }
        };
        (0..SIZE.0 * SIZE.1).flat_map(pixel).collect()
    }

    fn converted(config: &Config) -> Result<String, CompatError> {
        convert_pixels(disc(), SIZE.0, SIZE.1, config, &Stop::never())
    }

    #[test]
    fn the_text_is_that_of_vtracer() {
        let image = ColorImage { pixels: disc(), width: SIZE.0, height: SIZE.1 };
        for config in [Config::default(), Config::bw(), Config::poster(), Config::photo()] {
            let expected = config.vtracer.build().unwrap().to_svg(&image).unwrap();
            assert_eq!(converted(&config).unwrap(), expected);
        }
    }

    #[test]
    fn a_budget_is_kept_with_the_size_of_the_picture() {
        let budget = Budget { max_bytes: Some(300), seed: 7 };
        let short = converted(&Config { budget, ..Config::default() }).unwrap();
        assert!(short.len() <= 300 && short.contains("width=\"64\" height=\"48\""), "{short}");
        let own = converted(&Config::default()).unwrap();
        let enough = Budget { max_bytes: Some(own.len()), seed: 7 };
        assert_eq!(converted(&Config { budget: enough, ..Config::default() }).unwrap(), own);
    }

    #[test]
    fn what_does_not_fit_is_told_with_what_it_takes() {
        let budget = Budget { max_bytes: Some(60), seed: 0 };
        let error = converted(&Config { budget, ..Config::default() }).unwrap_err().to_string();
        assert!(error.starts_with("budget of 60 bytes is too small: the smallest drawing takes "), "{error}");
        let error = convert_pixels(disc(), 65, 48, &Config::default(), &Stop::never()).unwrap_err();
        assert_eq!(error.to_string(), "3072 pixels, expected 3120 (65 x 48)");
        let error = convert_pixels(Vec::new(), usize::MAX, 2, &Config::default(), &Stop::never()).unwrap_err();
        assert!(matches!(error, CompatError::TooLarge { .. }), "{error}");
        let error = convert_pixels(Vec::new(), 0, 0, &Config::default(), &Stop::never()).unwrap_err();
        assert_eq!(error.to_string(), "picture of 0 x 0 px has no pixels");
        assert!(matches!(convert_bytes(b"GIF89a", &Config::default(), &Stop::never()), Err(CompatError::Decode(_))));
    }

    #[test]
    fn options_out_of_range_are_named() {
        let says = |change: fn(&mut vtracer::Config)| {
            let mut config = Config::default();
            change(&mut config.vtracer);
            converted(&config).unwrap_err().to_string()
        };
        assert_eq!(says(|config| config.color_precision = 0), "option color_precision is 0, expected 1 to 16 bits");
        assert!(says(|config| config.length_threshold = f64::NAN).starts_with("option length_threshold is NaN"));
        assert!(says(|config| config.corner_threshold = -999).starts_with("option corner_threshold is -999"));
        assert!(says(|config| config.max_iterations = usize::MAX).starts_with("option max_iterations is "));
        assert!(
            says(|config| config.palette = vec![Color::new(0, 0, 0); 70_000]).starts_with("option palette is 70000")
        );
    }

    #[test]
    fn a_stop_ends_it() {
        let stop = Stop::never();
        stop.cancel();
        let error = convert_pixels(disc(), SIZE.0, SIZE.1, &Config::default(), &stop).unwrap_err();
        assert!(matches!(error, CompatError::Stopped), "{error}");
    }
}

//! The interface of vtracer 0.6.

use linocut_core::Stop;
use vtracer::{Clustering, ColorImage, FitMode, Hierarchical};

use super::budgeted::Budget;
use super::error::CompatError;
use super::{pixels, run, text};

/// Whether colours are kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ColorMode {
    /// Shapes in the colours of the picture.
    #[default]
    Color,
    /// Black shapes where red is below 128, on nothing.
    Binary,
}

/// The eleven options of vtracer 0.6, in their order.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Classic {
    /// Whether colours are kept. Default: colour.
    pub colormode: ColorMode,
    /// How shapes are layered. Default: stacked.
    pub hierarchical: Hierarchical,
    /// How outlines are drawn. Default: splines.
    pub mode: FitMode,
    /// Side of the largest patch that is dropped, in pixels. Default: 4.
    pub filter_speckle: usize,
    /// Significant bits per colour channel, 1 to 8; more count as 8. Default: 6.
    pub color_precision: i32,
    /// Difference of colour between layers. Default: 16.
    pub layer_difference: i32,
    /// Least angle of a corner in degrees. Default: 60.
    pub corner_threshold: i32,
    /// Length below which segments are not divided further, in pixels. Default: 4.
    pub length_threshold: f64,
    /// Most rounds of smoothing. Default: 10.
    pub max_iterations: usize,
    /// Least angle at which splines are cut in degrees. Default: 45.
    pub splice_threshold: i32,
    /// Decimal places; `None` for as many as a number has. Default: none.
    pub path_precision: Option<u32>,
}

impl Default for Classic {
    fn default() -> Self {
        Self {
            colormode: ColorMode::Color,
            hierarchical: Hierarchical::Stacked,
            mode: FitMode::Spline,
            filter_speckle: 4,
            color_precision: 6,
            layer_difference: 16,
            corner_threshold: 60,
            length_threshold: 4.0,
            max_iterations: 10,
            splice_threshold: 45,
            path_precision: None,
        }
    }
}

impl Classic {
    fn config(&self) -> vtracer::Config {
        vtracer::Config {
            clustering: match self.colormode {
                ColorMode::Color => Clustering::ColorCluster,
                ColorMode::Binary => Clustering::Binary,
            },
            hierarchical: self.hierarchical,
            mode: self.mode,
            filter_speckle: self.filter_speckle,
            color_precision: self.color_precision,
            layer_difference: self.layer_difference,
            corner_threshold: self.corner_threshold,
            length_threshold: self.length_threshold,
            max_iterations: self.max_iterations,
            splice_threshold: self.splice_threshold,
            path_precision: self.path_precision,
            optimize: 0,
            ..vtracer::Config::default()
        }
    }
}

/// Converts a PNG or JPEG file, given as its bytes.
///
/// # Errors
///
/// [`CompatError::Decode`], and those of [`convert_pixels_to_svg`].
pub fn convert_raw_image_to_svg(
    img_bytes: &[u8],
    options: &Classic,
    budget: &Budget,
    stop: &Stop,
) -> Result<String, CompatError> {
    converted(pixels::of_file(img_bytes)?, options, budget, stop)
}

/// Converts RGBA pixels of a picture of `size` (width, height), four bytes each.
///
/// # Errors
///
/// [`CompatError::PixelCount`] and [`CompatError::TooLarge`] for other sizes, [`CompatError::Trace`] for options out of range and
/// budgets that are too small, [`CompatError::Stopped`] if `stop` asks for an end.
pub fn convert_pixels_to_svg(
    rgba_pixels: &[u8],
    size: (usize, usize),
    options: &Classic,
    budget: &Budget,
    stop: &Stop,
) -> Result<String, CompatError> {
    converted(pixels::of_rgba(rgba_pixels.to_vec(), size)?, options, budget, stop)
}

fn converted(image: ColorImage, options: &Classic, budget: &Budget, stop: &Stop) -> Result<String, CompatError> {
    let image = match options.colormode {
        ColorMode::Color => image,
        ColorMode::Binary => by_red(image),
    };
    let (document, _) = run::run(&image, &options.config(), stop)?;
    budget.keep(text::write(&document, options), &image, stop)
}

/// Black where red is below 128, white elsewhere: version 0.6 looks at nothing else.
fn by_red(mut image: ColorImage) -> ColorImage {
    for pixel in image.pixels.as_chunks_mut::<4>().0 {
        let level = if pixel[0] < 128 { 0 } else { 255 };
        *pixel = [level, level, level, 255];
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels() -> Vec<u8> {
        let is_bar = |i: usize| (20..44).contains(&(i % 64)) && (10..40).contains(&(i / 64));
        (0..64 * 48).flat_map(|i| if is_bar(i) { [20, 200, 200, 255] } else { [250, 240, 220, 255] }).collect()
    }

    fn traced(options: &Classic) -> String {
        convert_pixels_to_svg(&pixels(), (64, 48), options, &Budget::default(), &Stop::never()).unwrap()
    }

    #[test]
    fn polygons_are_written_as_version_0_6_writes_them() {
        let svg = traced(&Classic { mode: FitMode::Polygon, path_precision: Some(2), ..Classic::default() });
        let lines: Vec<&str> = svg.lines().collect();
        assert_eq!(lines[0], "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        assert!(lines[1].starts_with("<!-- Generator: "));
        assert_eq!(lines[2], "<svg version=\"1.1\" xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"48\">");
        assert_eq!(lines[3], "<path d=\"M0,0 L64,0 L64,48 L0,48 Z \" fill=\"#FAF0DC\" transform=\"translate(0,0)\"/>");
        assert_eq!(
            lines[4],
            "<path d=\"M0,0 L24,0 L24,30 L0,30 Z \" fill=\"#14C8C8\" transform=\"translate(20,10)\"/>"
        );
        assert_eq!(lines[5..], ["</svg>"]);
    }

    #[test]
    fn black_and_white_go_by_red_alone() {
        let svg = traced(&Classic { colormode: ColorMode::Binary, mode: FitMode::Pixel, ..Classic::default() });
        assert_eq!(svg.matches("<path").count(), 1);
        assert!(svg.contains("fill=\"#000000\" transform=\"translate(20,10)\""), "{svg}");
    }

    #[test]
    fn splines_have_the_digits_that_were_asked_for() {
        let digits = |svg: &str| {
            svg.split([' ', 'C', '"']).filter_map(|word| word.split_once('.')).map(|(_, part)| part.len()).max()
        };
        let two = traced(&Classic { path_precision: Some(2), ..Classic::default() });
        assert!(two.contains(" C") && digits(&two[two.find("<path").unwrap()..]) == Some(2), "{two}");
    }
}

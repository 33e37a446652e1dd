//! Renders an SVG to pixels the way the contest's metric does.

use std::borrow::Cow;

use image::{RgbImage, RgbaImage};
use linocut_core::{Render, StageError};
use linocut_raster::{Filter, ResizeError, drop_alpha, resize};
use linocut_svg::{RenderError, Svg, SvgError, own_size, rasterize};
use thiserror::Error;

/// Side of the picture that the metric scores, px.
pub const METRIC_SIDE: u32 = 384;

/// Longest side at which an SVG is drawn, px. Larger ones are drawn at this size: once reduced to 384 px, the
/// difference is smaller than rounding.
const MAX_SIDE: u32 = 4096;

/// Renders an SVG as the contest's metric does.
///
/// If the text does not contain `viewBox`, `viewBox="0 0 384 384"` is inserted into every `<svg`. The SVG is rasterised
/// at its own size; alpha is dropped, not composited (the straight colour is kept, fully transparent pixels are black);
/// then the picture is resized with Pillow's bicubic filter.
///
/// # Source
///
/// Step 1 of the contest's metric, which used `CairoSVG`; this uses resvg.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MetricRenderer;

impl MetricRenderer {
    /// Renders a picture of `width` x `height` pixels.
    ///
    /// # Errors
    ///
    /// [`MetricRenderError::Render`] for an SVG that cannot be rendered, [`MetricRenderError::Resize`] for a side of 0
    /// or beyond what can be resized.
    pub fn picture(&self, svg: &Svg, width: u32, height: u32) -> Result<RgbImage, MetricRenderError> {
        let svg = with_view_box(svg)?;
        let (own_width, own_height) = own_size(&svg)?;
        let shrink = f64::from(own_width.max(own_height)) / f64::from(MAX_SIDE);
        let side = |own: u32| if shrink > 1.0 { ((f64::from(own) / shrink) as u32).max(1) } else { own };
        let drawn: RgbaImage = rasterize(&svg, side(own_width), side(own_height))?;
        Ok(resize(&drop_alpha(&drawn), width, height, Filter::Bicubic)?)
    }
}

impl Render for MetricRenderer {
    fn render(&self, svg: &Svg, width: u32, height: u32) -> Result<RgbImage, StageError> {
        self.picture(svg, width, height).map_err(|error| StageError::new("render", error))
    }
}

fn with_view_box(svg: &Svg) -> Result<Cow<'_, Svg>, SvgError> {
    if svg.as_str().contains("viewBox") {
        return Ok(Cow::Borrowed(svg));
    }
    Svg::new(svg.as_str().replace("<svg", r#"<svg viewBox="0 0 384 384""#)).map(Cow::Owned)
}

/// Why an SVG could not be rendered for the metric.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MetricRenderError {
    /// It cannot be rasterised.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The picture cannot be resized.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// It is not well-formed once the `viewBox` is inserted.
    #[error(transparent)]
    Svg(#[from] SvgError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str) -> RgbImage {
        MetricRenderer.picture(&Svg::new(text).unwrap(), METRIC_SIDE, METRIC_SIDE).unwrap()
    }

    #[test]
    fn transparent_is_black_and_translucent_keeps_its_colour() {
        let image = picture(concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4">"#,
            r##"<rect width="2" height="4" fill="#fa3" fill-opacity=".5"/></svg>"##
        ));
        assert!(image.get_pixel(50, 200).0.iter().zip([255, 170, 51]).all(|(a, b)| a.abs_diff(b) <= 1));
        assert_eq!(image.get_pixel(300, 200).0, [0; 3]);
    }

    #[test]
    fn a_missing_view_box_is_that_of_the_metric() {
        let image = picture(concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">"#,
            r#"<rect width="192" height="384" fill="red"/></svg>"#
        ));
        assert_eq!((image.get_pixel(100, 380).0, image.get_pixel(300, 380).0), ([255, 0, 0], [0; 3]));
    }

    #[test]
    fn huge_sizes_are_drawn_smaller() {
        let image = picture(concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="1e7" height="1e7" viewBox="0 0 1 1">"#,
            r#"<rect width="1" height="1" fill="red"/></svg>"#
        ));
        assert_eq!(image.get_pixel(200, 200).0, [255, 0, 0]);
    }

    #[test]
    fn text_that_is_no_picture_is_an_error() {
        let svg = Svg::new(r#"<g viewBox="0 0 1 1"/>"#).unwrap();
        assert!(matches!(MetricRenderer.picture(&svg, 9, 9), Err(MetricRenderError::Render(_))));
    }
}

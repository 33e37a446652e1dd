//! How close a drawing is to the picture that it was traced from.

use image::RgbImage;
use linocut_core::StageError;
use linocut_raster::{DifferenceError, Filter, ResizeError, Ssimulacra2, psnr, resize, ssim};
use linocut_svg::Svg;
use thiserror::Error;

use crate::contest::renderer::{METRIC_SIDE, MetricRenderError, MetricRenderer};

/// How close a drawing is to a picture, both at [`METRIC_SIDE`] px a side.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Closeness {
    /// PSNR in dB; infinite for equal pictures.
    pub psnr: f64,
    /// SSIM, at most 1.
    pub ssim: f64,
    /// SSIMULACRA2: 30 is low, 50 medium, 70 high quality to people's eyes; at most 100.
    pub ssimulacra2: f64,
}

/// A picture, ready to be compared with drawings of it.
#[derive(Clone, Debug)]
pub struct Original {
    picture: RgbImage,
    ssimulacra2: Ssimulacra2,
}

/// By how much icons are enlarged at least; a grid of twice a picture's size is one of half pixels.
const LEAST_ENLARGED: u32 = 3;

impl Original {
    /// The picture of a drawing whose grid has this width and height: where a tracer enlarged the pixels of an icon to cells of the grid,
    /// they keep their edges here too.
    ///
    /// # Errors
    ///
    /// [`ClosenessError::Resize`] for a picture without pixels or beyond what can be resized.
    pub fn new(picture: &RgbImage, grid: (u32, u32)) -> Result<Self, ClosenessError> {
        let (width, height) = picture.dimensions();
        let factor = grid.0 / width.max(1);
        let is_enlarged = factor >= LEAST_ENLARGED
            && (width.checked_mul(factor), height.checked_mul(factor)) == (Some(grid.0), Some(grid.1));
        let cells =
            is_enlarged.then(|| RgbImage::from_fn(grid.0, grid.1, |x, y| *picture.get_pixel(x / factor, y / factor)));
        let picture = resize(cells.as_ref().unwrap_or(picture), METRIC_SIDE, METRIC_SIDE, Filter::Lanczos)?;
        Ok(Self { ssimulacra2: Ssimulacra2::new(&picture)?, picture })
    }

    /// How close an SVG is, as [`MetricRenderer`] draws it.
    ///
    /// # Errors
    ///
    /// [`ClosenessError::Render`] for an SVG that cannot be drawn.
    pub fn closeness(&self, svg: &Svg) -> Result<Closeness, ClosenessError> {
        self.closeness_of(&MetricRenderer.picture(svg, METRIC_SIDE, METRIC_SIDE)?)
    }

    /// How close a drawing is that is rendered already, [`METRIC_SIDE`] px a side.
    ///
    /// # Errors
    ///
    /// [`ClosenessError::Difference`] for a picture of another size.
    pub fn closeness_of(&self, drawn: &RgbImage) -> Result<Closeness, ClosenessError> {
        Ok(Closeness {
            psnr: psnr(&self.picture, drawn)?,
            ssim: ssim(&self.picture, drawn)?,
            ssimulacra2: self.ssimulacra2.score(drawn)?,
        })
    }
}

/// Why a drawing could not be compared with a picture.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClosenessError {
    /// The drawing cannot be rendered.
    #[error(transparent)]
    Render(#[from] MetricRenderError),
    /// The picture cannot be resized.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// The two cannot be compared.
    #[error(transparent)]
    Difference(#[from] DifferenceError),
}

impl From<ClosenessError> for StageError {
    fn from(error: ClosenessError) -> Self {
        Self::new("compare", error)
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use linocut_raster::ssimulacra2;

    use super::*;

    fn halves(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { [200, 40, 40] } else { [30, 60, 160] }))
    }

    fn svg(left: &str, right: &str) -> Svg {
        let text = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 384"><rect width="384" height="384" fill="{right}"/><rect width="192" height="384" fill="{left}"/></svg>"#
        );
        Svg::new(text).unwrap()
    }

    #[test]
    fn an_exact_copy_is_as_close_as_can_be_and_others_are_less() {
        let original = Original::new(&halves(384, 384), (384, 384)).unwrap();
        let exact = original.closeness(&svg("#c82828", "#1e3ca0")).unwrap();
        assert!(exact.psnr.is_infinite() && exact.ssim > 0.9999 && exact.ssimulacra2 > 99.9, "{exact:?}");
        let off = original.closeness(&svg("#d83838", "#1e3ca0")).unwrap();
        assert!(off.psnr < 40.0 && off.ssimulacra2 < exact.ssimulacra2, "{off:?}");
    }

    #[test]
    fn figures_are_those_of_the_single_measures() {
        let (picture, svg) = (halves(640, 300), svg("#b03030", "#2040a0"));
        let found = Original::new(&picture, (384, 180)).unwrap().closeness(&svg).unwrap();
        let source = resize(&picture, METRIC_SIDE, METRIC_SIDE, Filter::Lanczos).unwrap();
        let drawn = MetricRenderer.picture(&svg, METRIC_SIDE, METRIC_SIDE).unwrap();
        assert_eq!(
            (found.psnr, found.ssimulacra2),
            (psnr(&source, &drawn).unwrap(), ssimulacra2(&source, &drawn).unwrap())
        );
    }

    #[test]
    fn cells_of_an_icon_keep_their_edges() {
        let (icon, svg) = (halves(2, 2), svg("#c82828", "#1e3ca0"));
        assert!(Original::new(&icon, (384, 384)).unwrap().closeness(&svg).unwrap().psnr.is_infinite());
        assert!(Original::new(&icon, (2, 2)).unwrap().closeness(&svg).unwrap().psnr < 40.0);
    }

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        assert!(Original::new(&RgbImage::new(0, 4), (384, 384)).is_err());
    }
}

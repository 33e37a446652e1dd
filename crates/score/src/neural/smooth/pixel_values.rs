//! Pixel values with a gradient: the twin of [`PixelValues::tensor`].

use candle_core::{Result, Tensor};

use super::operator::{Matrix, Operator};
use crate::neural::pixel_values::{PixelError, PixelValues};
use crate::neural::tower_error::TowerError;

impl PixelValues {
    /// The pixel values of pictures whose levels are a tensor, with a gradient with respect to them.
    ///
    /// The same resizing, crop and normalisation as in [`Self::tensor`], as matrices; without its rounding to whole levels after
    /// each of the two passes, so that a value is within `1.2 / 255 / deviation` of it. Levels that a filter carries out of 0 to
    /// 255 are clipped and have no gradient.
    ///
    /// # Shapes
    ///
    /// - `levels`: (pictures, 3, height, width), 0 to 255
    /// - result: (pictures, 3, height, width) of the network
    ///
    /// # Errors
    ///
    /// [`PixelError`] as for [`Self::tensor`]; [`TowerError::Tensor`] for another shape.
    pub fn of_levels(&self, levels: &Tensor) -> std::result::Result<Tensor, TowerError> {
        let (_, 3, height, width) = levels.dims4()? else {
            return Err(candle_core::Error::Msg(format!("expected 3 channels, found shape {:?}", levels.dims())).into());
        };
        let (columns, rows) = self.matrices(width, height)?;
        let seen = Operator::new(&rows, &columns, levels.dtype(), levels.device())?.apply_to_levels(levels)?;
        Ok(self.normalized(&seen)?)
    }

    /// What brings columns and rows to the network's: resizing, and of the result the middle.
    fn matrices(&self, width: usize, height: usize) -> std::result::Result<(Matrix, Matrix), PixelError> {
        let (across, down) = self.checked_target((width as u32, height as u32))?;
        let (left, top, right, bottom) = self.middle((across, down))?;
        let axis = |from: usize, to: u32, first: u32, end: u32| {
            Matrix::resize(from, to as usize, self.filter).only(first as usize..end as usize)
        };
        Ok((axis(width, across, left, right), axis(height, down, top, bottom)))
    }

    fn normalized(&self, levels: &Tensor) -> Result<Tensor> {
        let channels =
            |values: [f64; 3]| Tensor::from_slice(&values, (1, 3, 1, 1), levels.device())?.to_dtype(levels.dtype());
        (levels / 255.0)?.broadcast_sub(&channels(self.mean)?)?.broadcast_div(&channels(self.deviation)?)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};
    use image::RgbImage;
    use linocut_raster::Filter;

    use super::*;
    use crate::neural::pixel_values::PictureSize;

    fn picture(width: u32, height: u32) -> RgbImage {
        let level = |at: u32| (at.wrapping_mul(0x9e37_79b9) >> 24) as u8;
        RgbImage::from_fn(width, height, |x, y| image::Rgb([level(x * 31 + y), level(y * 7), (9 * x / 4) as u8]))
    }

    fn levels(picture: &RgbImage) -> Tensor {
        let (width, height) = picture.dimensions();
        let levels = Tensor::from_slice(picture.as_raw(), (1, height as usize, width as usize, 3), &Device::Cpu);
        levels.unwrap().permute((0, 3, 1, 2)).unwrap().to_dtype(DType::F32).unwrap()
    }

    #[test]
    fn values_are_those_of_the_exact_path_but_for_rounding() {
        let oblong = PixelValues { crop: Some((9, 5)), filter: Filter::Lanczos, ..PixelValues::clip(24) };
        for values in [PixelValues::clip(24), PixelValues::siglip(33), oblong] {
            for (width, height) in [(96, 61), (24, 40), (13, 17)] {
                let picture = picture(width, height);
                let exact = values.tensor(&[&picture], &Device::Cpu).unwrap();
                let found = values.of_levels(&levels(&picture)).unwrap();
                assert_eq!(found.dims(), exact.dims());
                let apart = (found - exact).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
                let level = apart * 255.0 * values.deviation.iter().copied().fold(0.0, f64::max) as f32;
                assert!(level <= 1.2, "{values:?} {width} x {height}: {level} levels");
            }
        }
    }

    #[test]
    fn flat_black_and_white_keep_their_gradient() {
        for level in [0, 255] {
            let flat = RgbImage::from_pixel(37, 29, image::Rgb([level; 3]));
            let input = candle_core::Var::from_tensor(&levels(&flat)).unwrap();
            let gradients = PixelValues::siglip(16).of_levels(&input).unwrap().sum_all().unwrap().backward().unwrap();
            let sum = gradients.get(&input).unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap();
            assert!((sum / (3.0 * 16.0 * 16.0 * 2.0 / 255.0) - 1.0).abs() < 1e-4, "{level}: {sum}");
        }
    }

    #[test]
    fn pictures_of_other_shapes_are_errors() {
        let values = PixelValues { crop: Some((9, 9)), size: PictureSize::Exactly(8, 8), ..PixelValues::clip(8) };
        let error = |values: &PixelValues, shape: [usize; 4]| {
            values.of_levels(&Tensor::zeros(&shape, DType::F32, &Device::Cpu).unwrap()).unwrap_err().to_string()
        };
        assert!(error(&PixelValues::clip(8), [1, 3, 0, 5]).contains("at least 1 px"));
        assert!(error(&values, [1, 3, 8, 8]).contains("leaves the picture of 8 x 8 px"));
        assert!(matches!(
            values.of_levels(&Tensor::zeros((1, 4, 8, 8), DType::F32, &Device::Cpu).unwrap()),
            Err(TowerError::Tensor(_))
        ));
    }
}

//! A picture as a row of patches.

use candle_core::Tensor;

use crate::linear::Linear;
use crate::weights::{Weights, WeightsError};

/// The convolution with which a vision transformer begins: its stride is its size, so it is a linear layer over patches.
///
/// # Shapes
///
/// - input: (batch, channels, height, width); what is left over on the right and below a whole number of patches is dropped
/// - output: (batch, patches, hidden), rows of patches from the top, from the left in each row
#[derive(Clone, Debug)]
pub struct PatchEmbedding {
    linear: Linear,
    patch: usize,
}

impl PatchEmbedding {
    /// Loads `weight` (hidden, channels, patch, patch) and, if there is one, `bias` (hidden).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(
        weights: &Weights,
        channels: usize,
        patch: usize,
        hidden: usize,
        bias: bool,
    ) -> Result<Self, WeightsError> {
        let linear = Linear::load_shaped(weights, &[hidden, channels, patch, patch], bias)?;
        Ok(Self { linear, patch })
    }

    /// The same convolution of a layer whose `weight` the file has as a matrix, (hidden, channels x patch x patch).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load_matrix(
        weights: &Weights,
        channels: usize,
        patch: usize,
        hidden: usize,
        bias: bool,
    ) -> Result<Self, WeightsError> {
        Ok(Self { linear: Linear::load(weights, channels * patch * patch, hidden, bias)?, patch })
    }

    /// Embeds pictures.
    ///
    /// # Errors
    ///
    /// When the input is not four-dimensional, has other channels, or is smaller than a patch.
    pub fn forward(&self, pictures: &Tensor) -> candle_core::Result<Tensor> {
        let (batch, channels, height, width) = pictures.dims4()?;
        let (rows, columns) = (height / self.patch, width / self.patch);
        if rows == 0 || columns == 0 {
            candle_core::bail!("a picture of {width} x {height} px is smaller than a patch of {} px", self.patch);
        }
        let whole = pictures.narrow(2, 0, rows * self.patch)?.narrow(3, 0, columns * self.patch)?.contiguous()?;
        let cut = whole.reshape((batch, channels, rows, self.patch, columns * self.patch))?;
        let cut = cut.reshape((batch, channels, rows, self.patch, columns, self.patch))?;
        let patches = cut.permute((0, 2, 4, 1, 3, 5))?.contiguous()?;
        self.linear.forward(&patches.reshape((batch, rows * columns, channels * self.patch * self.patch))?)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn ramp(shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| ((at * 37 % 101) as f32 - 50.0) / 50.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn layer(weight: &Tensor) -> PatchEmbedding {
        let linear = Linear::from_tensors(weight.flatten(1, 3).unwrap(), None).unwrap();
        PatchEmbedding { linear, patch: weight.dim(3).unwrap() }
    }

    #[test]
    fn equals_the_convolution() {
        let (weight, picture) = (ramp(&[5, 3, 4, 4]), ramp(&[2, 3, 9, 14]));
        let expected = picture.conv2d(&weight, 0, 4, 1, 1).unwrap();
        let expected = expected.flatten(2, 3).unwrap().transpose(1, 2).unwrap().contiguous().unwrap();
        let found = layer(&weight).forward(&picture).unwrap();
        assert_eq!(found.dims(), expected.dims());
        let apart = (found - expected).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(apart < 1e-5, "{apart}");
    }

    #[test]
    fn a_picture_smaller_than_a_patch_is_an_error() {
        assert!(layer(&ramp(&[5, 3, 4, 4])).forward(&ramp(&[1, 3, 3, 8])).is_err());
        assert!(layer(&ramp(&[5, 3, 4, 4])).forward(&ramp(&[1, 3, 0, 0])).is_err());
    }
}

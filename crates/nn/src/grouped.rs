//! A convolution of one pixel in groups of channels.

use candle_core::{Result, Tensor};

use crate::weights::{Weights, WeightsError};

/// `y = x w^T` for each group of neighbouring channels by itself: a convolution of one pixel in groups, channels last, without a bias.
///
/// # Shapes
///
/// - input: (.., groups x in)
/// - output: (.., groups x out), in the input's type
#[derive(Clone, Debug)]
pub struct GroupedLinear {
    /// (groups, in, out)
    weight: Tensor,
    groups: usize,
    depth: usize,
    width: usize,
}

impl GroupedLinear {
    /// Loads `weight` (groups x out, in, 1, 1).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if it is missing or has another shape.
    pub fn load(
        weights: &Weights,
        groups: usize,
        (depth, width): (usize, usize),
    ) -> std::result::Result<Self, WeightsError> {
        let weight = weights.get_computed("weight", &[groups * width, depth, 1, 1])?;
        let laid = if weights.is_blank() {
            Ok(weight)
        } else {
            weight.reshape((groups, width, depth)).and_then(|weight| weight.transpose(1, 2)?.contiguous())
        };
        let weight = laid.map_err(|source| weights.conversion("weight", source))?;
        Ok(Self { weight, groups, depth, width })
    }

    /// Applies the layer.
    ///
    /// # Errors
    ///
    /// When the last dimension is not `groups x in`, or the input is on another device.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let Self { groups, depth, width, .. } = *self;
        let mut shape = input.dims().to_vec();
        if shape.last() != Some(&(groups * depth)) {
            candle_core::bail!("a linear layer of {groups} groups of {depth} inputs got shape {:?}", input.dims());
        }
        let by_group = input.reshape(((), groups, depth))?.transpose(0, 1)?.contiguous()?;
        let product = by_group.matmul(&self.weight.to_dtype(input.dtype())?)?;
        if let Some(last) = shape.last_mut() {
            *last = groups * width;
        }
        product.transpose(0, 1)?.reshape(shape)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};

    use super::*;

    fn ramp(shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| ((at * 37 % 101) as f32 - 50.0) / 50.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn loaded(
        weight: &Tensor,
        groups: usize,
        size: (usize, usize),
    ) -> std::result::Result<GroupedLinear, WeightsError> {
        let file = tempfile::Builder::new().suffix(".safetensors").tempfile().unwrap();
        let tensors = std::collections::HashMap::from([("weight", weight.clone())]);
        candle_core::safetensors::save(&tensors, file.path()).unwrap();
        GroupedLinear::load(&Weights::open(file.path(), DType::F32, &Device::Cpu).unwrap(), groups, size)
    }

    #[test]
    fn equals_the_convolution_of_groups() {
        let (weight, input) = (ramp(&[15, 4, 1, 1]), ramp(&[2, 3, 5, 12]));
        let planes = input.permute((0, 3, 1, 2)).unwrap().contiguous().unwrap();
        let expected = planes.conv2d(&weight, 0, 1, 1, 3).unwrap().permute((0, 2, 3, 1)).unwrap();
        let found = loaded(&weight, 3, (4, 5)).unwrap().forward(&input).unwrap();
        let apart = (found - expected).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(apart < 1e-5, "{apart}");
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let layer = loaded(&ramp(&[15, 4, 1, 1]), 3, (4, 5)).unwrap();
        assert!(layer.forward(&ramp(&[2, 13])).is_err());
        assert!(matches!(loaded(&ramp(&[15, 4, 1, 1]), 5, (4, 5)), Err(WeightsError::ShapeMismatch { .. })));
    }
}

//! Enlarging by repeating pixels.

use candle_core::{Result, Tensor};

/// (batch, channels, height, width) to (batch, channels, 2 height, 2 width).
pub(crate) fn double(input: &Tensor) -> Result<Tensor> {
    let (batch, channels, height, width) = input.dims4()?;
    let repeated = input.reshape((batch * channels, height, 1, width, 1))?;
    let repeated = repeated.expand((batch * channels, height, 2, width, 2))?.contiguous()?;
    repeated.reshape((batch, channels, 2 * height, 2 * width))
}

/// The nearest pixel for each of `height` x `width`, as `PyTorch` chooses it: rounded down.
pub(crate) fn enlarge(input: &Tensor, height: usize, width: usize) -> Result<Tensor> {
    let (_, _, rows, columns) = input.dims4()?;
    if (height, width) == (2 * rows, 2 * columns) {
        return double(input);
    }
    let nearest = |from: usize, to: usize| Tensor::from_iter((0..to).map(|at| (at * from / to) as u32), input.device());
    input.index_select(&nearest(rows, height)?, 2)?.index_select(&nearest(columns, width)?, 3)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn values(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn doubling_repeats_each_pixel() {
        let input = Tensor::new(&[[[[1.0_f32, 2.0], [3.0, 4.0]]]], &Device::Cpu).unwrap();
        let expected = [1., 1., 2., 2., 1., 1., 2., 2., 3., 3., 4., 4., 3., 3., 4., 4.];
        assert_eq!(values(&double(&input).unwrap()), expected);
        assert_eq!(values(&enlarge(&input, 4, 4).unwrap()), expected);
    }

    #[test]
    fn odd_sizes_take_the_pixel_rounded_down() {
        let input = Tensor::new(&[[[[1.0_f32, 2.0]]]], &Device::Cpu).unwrap();
        assert_eq!(values(&enlarge(&input, 1, 3).unwrap()), [1., 1., 2.]);
    }
}

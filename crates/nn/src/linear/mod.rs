//! The linear layer.

mod blocks;
mod dense;
mod format;
mod ggml;
mod integer;
mod matrix;
mod nf4;
mod rows;
mod shared;
pub mod svdq;
mod tiles;

use std::sync::Arc;

use candle_core::Tensor;

use self::format::{of_shared, of_tensor, read};
use crate::activation::Activation;
use crate::embedding::Table;
use crate::weights::{Weights, WeightsError};

pub use self::format::{Format, LinearKind};
pub use self::matrix::Matrix;

/// `y = x w^T + b`.
///
/// # Shapes
///
/// - input: (.., in)
/// - output: (.., out), in the input's type
///
/// The weights are frozen: on the CPU in f32 a gradient goes to the input only and none is kept for them.
#[derive(Clone, Debug)]
pub struct Linear {
    matrix: Arc<dyn Matrix>,
    bias: Option<Tensor>,
    width: usize,
    depth: usize,
}

impl Linear {
    /// Loads `weight` (out, in) and, if there is one, `bias` (out): in few bits if the file has them so, else as the weights' kind says.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, depth: usize, width: usize, bias: bool) -> Result<Self, WeightsError> {
        Self::read_shaped(weights, &[width, depth], bias)
    }

    /// A layer of a matrix in hand.
    ///
    /// # Errors
    ///
    /// When the bias is not as long as the matrix has outputs.
    pub fn of_matrix(matrix: Arc<dyn Matrix>, bias: Option<Tensor>) -> candle_core::Result<Self> {
        let (width, depth) = matrix.size();
        check_bias(bias.as_ref(), width)?;
        Ok(Self { matrix, bias, width, depth })
    }

    /// Loads a `weight` (out, ..) of which all but the first dimension are the input's, such as a convolution whose stride is its size, in
    /// the weights' own type.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load_shaped(weights: &Weights, shape: &[usize], bias: bool) -> Result<Self, WeightsError> {
        let width = shape.first().copied().unwrap_or(1);
        let depth = shape.iter().skip(1).product();
        let weight = weights.get_flat("weight", shape)?;
        let bias = if bias { Some(weights.get("bias", &[width])?) } else { None };
        Self::of(weight, bias, depth, width).map_err(|source| weights.conversion("weight", source))
    }

    /// Loads a layer that the file has as a convolution of one pixel: `weight` (out, in, 1, 1). It is kept as [`Linear::load`] keeps it.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load_point(weights: &Weights, depth: usize, width: usize, bias: bool) -> Result<Self, WeightsError> {
        Self::read_shaped(weights, &[width, depth, 1, 1], bias)
    }

    fn read_shaped(weights: &Weights, shape: &[usize], bias: bool) -> Result<Self, WeightsError> {
        let (matrix, bias) = read(weights, shape, bias)?;
        let (width, depth) = (shape.first().copied().unwrap_or(1), shape.iter().skip(1).product());
        Ok(Self { matrix, bias, width, depth })
    }

    /// Loads layers whose file holds them in one piece, one below the other: a weight (parts x out, in) and a bias (parts x out)
    /// of these names. Always in the weights' own type.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load_parts<const PARTS: usize>(
        weights: &Weights,
        (weight, bias): (&str, &str),
        depth: usize,
        width: usize,
    ) -> Result<[Self; PARTS], WeightsError> {
        let cut = |name: &str, shape: &[usize]| -> Result<Vec<Tensor>, WeightsError> {
            let whole = weights.get(name, shape)?;
            let parts = (0..PARTS).map(|at| whole.narrow(0, at * width, width)).collect::<candle_core::Result<_>>();
            parts.map_err(|source| weights.conversion(name, source))
        };
        let rows = cut(weight, &[PARTS * width, depth])?;
        let biases = cut(bias, &[PARTS * width])?;
        let layers = rows.into_iter().zip(biases).map(|(rows, bias)| Self::of(rows, Some(bias), depth, width));
        let layers: Vec<Self> =
            layers.collect::<candle_core::Result<_>>().map_err(|source| weights.conversion(weight, source))?;
        Ok(layers.try_into().unwrap_or_else(|_| unreachable!("as many layers as parts")))
    }

    /// A layer of tensors in hand: `weight` (out, in), `bias` (out), both contiguous and of one type on one device.
    ///
    /// # Errors
    ///
    /// When the shapes do not fit.
    pub fn from_tensors(weight: Tensor, bias: Option<Tensor>) -> candle_core::Result<Self> {
        let (width, depth) = weight.dims2()?;
        check_bias(bias.as_ref(), width)?;
        Self::of(weight, bias, depth, width)
    }

    /// A layer without bias of a tensor (out, in) that is used elsewhere too and is not copied, such as a table of tokens.
    ///
    /// # Errors
    ///
    /// When the tensor has another number of dimensions.
    pub fn sharing(weight: Tensor) -> candle_core::Result<Self> {
        let (width, depth) = weight.dims2()?;
        Ok(Self { matrix: of_shared(weight)?, bias: None, width, depth })
    }

    fn of(weight: Tensor, bias: Option<Tensor>, depth: usize, width: usize) -> candle_core::Result<Self> {
        Ok(Self { matrix: of_tensor(weight)?, bias, width, depth })
    }

    /// Applies the layer.
    ///
    /// # Errors
    ///
    /// When the last dimension is not `in`, or the input is on another device.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.check(input)?;
        self.matrix.multiply(input, self.bias.as_ref())
    }

    /// Applies the layer and an activation; in one pass if no gradient is wanted.
    ///
    /// # Errors
    ///
    /// When the last dimension is not `in`, or the input is on another device.
    pub fn forward_activated(&self, input: &Tensor, activation: Activation) -> candle_core::Result<Tensor> {
        self.check(input)?;
        self.matrix.multiply_activated(input, self.bias.as_ref(), activation)
    }

    fn check(&self, input: &Tensor) -> candle_core::Result<()> {
        if input.dims().last() != Some(&self.depth) {
            candle_core::bail!("a linear layer of {} inputs got shape {:?}", self.depth, input.dims());
        }
        Ok(())
    }

    /// Bytes that its weight takes.
    pub(crate) fn bytes(&self) -> u64 {
        self.matrix.bytes()
    }

    /// Length of an input vector.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Length of an output vector.
    pub fn width(&self) -> usize {
        self.width
    }
}

/// A table (count, length) that is a linear layer too, where it is kept in blocks, and the layer.
pub(crate) fn tied_blocks(
    weights: &Weights,
    (count, length): (usize, usize),
) -> Result<Option<(Table, Linear)>, WeightsError> {
    let Some((table, matrix)) = ggml::tied(weights, (count, length))? else { return Ok(None) };
    Ok(Some((table, Linear { matrix, bias: None, width: count, depth: length })))
}

fn check_bias(bias: Option<&Tensor>, width: usize) -> candle_core::Result<()> {
    match bias {
        Some(bias) if bias.dims() != [width] => {
            candle_core::bail!("the bias of a linear layer has shape {:?}, expected [{width}]", bias.dims())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Var};

    use super::dense::by_candle;
    use super::*;

    fn ramp(shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| ((at * 37 % 101) as f32 - 50.0) / 50.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn largest_difference(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap()
    }

    #[test]
    fn the_kernel_equals_candle() {
        let (weight, bias, input) = (ramp(&[7, 5]), ramp(&[7]), ramp(&[2, 3, 5]));
        let layer = Linear::from_tensors(weight.clone(), Some(bias.clone())).unwrap();
        let expected = by_candle(&input, &weight, Some(&bias)).unwrap();
        assert!(largest_difference(&layer.forward(&input).unwrap(), &expected) < 1e-5);
    }

    #[test]
    fn the_gradient_of_the_input_equals_candle() {
        // More outputs than are laid out at a time.
        let (weight, input) = (ramp(&[800, 5]), Var::from_tensor(&ramp(&[4, 5])).unwrap());
        let layer = Linear::from_tensors(weight.clone(), None).unwrap();
        let gradient = |output: Tensor| {
            let loss = output.sqr().unwrap().sum_all().unwrap();
            loss.backward().unwrap().get(&input).unwrap().clone()
        };
        let expected = gradient(by_candle(&input, &weight, None).unwrap());
        let largest = expected.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(largest_difference(&gradient(layer.forward(&input).unwrap()), &expected) < 1e-5 * largest);
    }

    #[test]
    fn sixteen_bits_give_what_their_f32_gives_with_and_without_a_gradient() {
        for dtype in [DType::F16, DType::BF16] {
            let (weight, bias) = (ramp(&[70, 33]).to_dtype(dtype).unwrap(), ramp(&[70]).to_dtype(dtype).unwrap());
            let (wide, wide_bias) = (weight.to_dtype(DType::F32).unwrap(), bias.to_dtype(DType::F32).unwrap());
            let half = Linear::from_tensors(weight, Some(bias)).unwrap();
            let full = Linear::from_tensors(wide, Some(wide_bias)).unwrap();
            let input = Var::from_tensor(&ramp(&[2, 9, 33])).unwrap();
            let expected = full.forward(&input).unwrap();
            assert!(largest_difference(&half.forward(&input.detach()).unwrap(), &expected) < 1e-5, "{dtype:?}");
            let gradient = |layer: &Linear| {
                let gradients = layer.forward(&input).unwrap().sqr().unwrap().sum_all().unwrap().backward().unwrap();
                gradients.get(&input).unwrap().clone()
            };
            assert!(largest_difference(&gradient(&half), &gradient(&full)) < 1e-3, "{dtype:?}");
        }
    }

    #[test]
    fn an_activation_in_the_same_pass_equals_one_behind_it() {
        let (layer, input) = (Linear::from_tensors(ramp(&[60, 5]), Some(ramp(&[60]))).unwrap(), ramp(&[19, 5]));
        for activation in [Activation::Gelu, Activation::QuickGelu] {
            let expected = activation.forward(&layer.forward(&input).unwrap()).unwrap();
            let found = layer.forward_activated(&input, activation).unwrap();
            assert!(largest_difference(&found, &expected) < 1e-6);
            let tracked = Var::from_tensor(&input).unwrap();
            let output = layer.forward_activated(&tracked, activation).unwrap();
            let slopes = output.sum_all().unwrap().backward().unwrap();
            assert!(slopes.get(&tracked).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap() > 0.1);
        }
    }

    #[test]
    fn an_input_of_another_type_goes_through_candle() {
        let (weight, input) = (ramp(&[7, 5]), ramp(&[4, 5]).to_dtype(DType::F64).unwrap());
        let layer = Linear::from_tensors(weight.clone(), None).unwrap();
        let found = layer.forward(&input).unwrap().to_dtype(DType::F32).unwrap();
        assert!(largest_difference(&found, &by_candle(&ramp(&[4, 5]), &weight, None).unwrap()) < 1e-5);
    }

    #[test]
    fn an_input_of_another_length_is_an_error() {
        let layer = Linear::from_tensors(ramp(&[7, 5]), None).unwrap();
        assert!(layer.forward(&ramp(&[2, 7])).is_err());
        assert!(Linear::from_tensors(ramp(&[7, 5]), Some(ramp(&[5]))).is_err());
    }

    /// Numbers that have little to do with each other, -0.5 to 0.5.
    pub(super) fn wave(rows: usize, columns: usize, speed: f32) -> Tensor {
        let value = |at: usize| (f64::from(speed) * (at * at % 65_537) as f64 * 17.77).fract() as f32 - 0.5;
        let values: Vec<f32> = (0..rows * columns).map(value).collect();
        Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
    }

    /// Root mean square of the difference over that of `b`.
    pub(super) fn deviation(a: &Tensor, b: &Tensor) -> f32 {
        let power = |tensor: &Tensor| tensor.sqr().unwrap().mean_all().unwrap().to_scalar::<f32>().unwrap();
        (power(&(a - b).unwrap()) / power(b)).sqrt()
    }

    /// A file with this weight, (out, in), opened to be kept in a kind.
    fn loaded(weight: &Tensor, kind: LinearKind, dtype: DType) -> (Linear, u64) {
        let file = tempfile::Builder::new().suffix(".safetensors").tempfile().unwrap();
        let tensors = std::collections::HashMap::from([("weight", weight.clone())]);
        candle_core::safetensors::save(&tensors, file.path()).unwrap();
        let weights = Weights::open(file.path(), dtype, &Device::Cpu).unwrap().with_linear_kind(kind);
        let (width, depth) = weight.dims2().unwrap();
        (Linear::load(&weights, depth, width, false).unwrap(), weights.asked_bytes())
    }

    #[test]
    fn every_kind_is_as_near_to_f32_as_its_bits_allow() {
        let (weight, input) = (wave(96, 512, 0.37), wave(20, 512, 0.11));
        let exact = input.matmul(&weight.t().unwrap()).unwrap();
        let bounds =
            [(LinearKind::Stored, 1e-6), (LinearKind::Q8_0, 0.02), (LinearKind::Nf4, 0.2), (LinearKind::Q4K, 0.2)];
        for (kind, bound) in bounds {
            let (layer, _) = loaded(&weight, kind, DType::F32);
            let got = deviation(&layer.forward(&input).unwrap(), &exact);
            assert!(got < bound, "{kind:?} deviates by {got}");
            assert!(layer.forward(&wave(2, 64, 0.1)).is_err());
        }
    }

    #[test]
    fn convolutions_of_one_pixel_are_kept_as_linear_layers_are() {
        let (weight, input) = (wave(96, 512, 0.37), wave(20, 512, 0.11));
        let file = tempfile::Builder::new().suffix(".safetensors").tempfile().unwrap();
        let point = weight.reshape((96, 512, 1, 1)).unwrap();
        candle_core::safetensors::save(&std::collections::HashMap::from([("weight", point)]), file.path()).unwrap();
        for kind in [LinearKind::Plain, LinearKind::Stored, LinearKind::Q8_0, LinearKind::Nf4] {
            let (linear, bytes) = loaded(&weight, kind, DType::BF16);
            let weights = Weights::open(file.path(), DType::BF16, &Device::Cpu).unwrap().with_linear_kind(kind);
            let outline = weights.outline();
            Linear::load_point(&outline, 512, 96, false).unwrap();
            let layer = Linear::load_point(&weights, 512, 96, false).unwrap();
            assert_eq!(weights.asked_bytes(), bytes, "{kind:?}");
            let planned = outline.asked_bytes() as f64 / bytes as f64;
            assert!((0.95..1.05).contains(&planned), "{kind:?}: {planned}");
            let (found, expected) = (layer.forward(&input).unwrap(), linear.forward(&input).unwrap());
            assert_eq!(largest_difference(&found, &expected), 0.0, "{kind:?}");
        }
    }

    #[test]
    fn what_stays_as_stored_is_never_wider_than_was_asked_for() {
        let weight = wave(96, 512, 0.37);
        let bytes = |stored, asked| loaded(&weight.to_dtype(stored).unwrap(), LinearKind::Stored, asked).1;
        let halves = 2 * 96 * 512;
        assert_eq!(bytes(DType::F32, DType::BF16), halves);
        assert_eq!(bytes(DType::BF16, DType::F32), halves);
        assert_eq!(bytes(DType::F32, DType::F32), 2 * halves);
    }
}

//! The linear layer.

use candle_core::{DType, Tensor};

use crate::activation::Activation;
use crate::kernel::{Panels, dense, dense_activated};
use crate::quantised::Packed;
use crate::weights::{Weights, WeightsError};

/// How the weights of a linear layer are kept and multiplied. Carried by [`Weights`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum LinearKind {
    /// As loaded, in the weights' type.
    #[default]
    Plain,
    /// As in the file, f32 or 16 bits, widened tile by tile.
    Stored,
    /// Four bits as bitsandbytes makes them: see [`nf4`](crate::nf4).
    Nf4,
    /// Four bits of ggml with scales per 32 values; layers whose inputs are no multiple of 256 take `Q8_0`.
    Q4K,
    /// Eight bits of ggml with scales per 32 values; layers whose inputs are no multiple of 32 stay as in the file.
    Q8_0,
}

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
    form: Form,
    width: usize,
    depth: usize,
}

#[derive(Clone, Debug)]
enum Form {
    /// f32 on the CPU, by our kernel.
    Dense { weight: Panels, bias: Option<Tensor> },
    /// Few bits, or 16 bits that are widened tile by tile.
    Packed(Packed),
    /// 16 bits on the CPU: widened tile by tile, or by candle where a gradient is wanted.
    Half { packed: Packed, weight: Tensor, bias: Option<Tensor> },
    /// Any type on any device, by candle.
    Product { weight: Tensor, bias: Option<Tensor> },
}

impl Linear {
    /// Loads `weight` (out, in) and, if there is one, `bias` (out), in the kind that `weights` carry.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, depth: usize, width: usize, bias: bool) -> Result<Self, WeightsError> {
        match weights.linear_kind() {
            LinearKind::Plain if !Packed::is_nf4_in_file(weights) => Self::load_shaped(weights, &[width, depth], bias),
            kind => {
                let form = Form::Packed(Packed::load(weights, kind, (depth, width), bias)?);
                Ok(Self { form, width, depth })
            }
        }
    }

    /// Loads a `weight` (out, ..) of which all but the first dimension are the input's, in the weights' own type.
    pub(crate) fn load_shaped(weights: &Weights, shape: &[usize], bias: bool) -> Result<Self, WeightsError> {
        let width = shape.first().copied().unwrap_or(1);
        let depth = shape.iter().skip(1).product();
        let weight = weights.get_flat("weight", shape)?;
        let bias = if bias { Some(weights.get("bias", &[width])?) } else { None };
        Self::of(weight, bias, depth, width).map_err(|source| weights.conversion("weight", source))
    }

    /// Loads a layer that the file has as a convolution of one pixel: `weight` (out, in, 1, 1). Always in the weights' own type.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load_point(weights: &Weights, depth: usize, width: usize, bias: bool) -> Result<Self, WeightsError> {
        Self::load_shaped(weights, &[width, depth, 1, 1], bias)
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
        if let Some(bias) = &bias
            && bias.dims() != [width]
        {
            candle_core::bail!("the bias of a linear layer has shape {:?}, expected [{width}]", bias.dims());
        }
        Self::of(weight, bias, depth, width)
    }

    fn of(weight: Tensor, bias: Option<Tensor>, depth: usize, width: usize) -> candle_core::Result<Self> {
        let is_ours = weight.device().is_cpu() && weight.is_contiguous();
        let form = match weight.dtype() {
            DType::F32 if is_ours => Form::Dense { weight: Panels::new(&weight)?, bias },
            DType::F16 | DType::BF16 if is_ours => {
                Form::Half { packed: Packed::stored(weight.clone()).biased(bias.as_ref())?, weight, bias }
            }
            _ => Form::Product { weight, bias },
        };
        Ok(Self { form, width, depth })
    }

    /// Applies the layer.
    ///
    /// # Errors
    ///
    /// When the last dimension is not `in`, or the input is on another device.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.check(input)?;
        match &self.form {
            Form::Packed(layer) => layer.forward(input),
            Form::Dense { weight, bias } if input.dtype() == DType::F32 => dense(input, weight, bias.as_ref()),
            Form::Dense { weight, bias } => multiply(input, &weight.to_tensor()?, bias.as_ref(), self.width),
            Form::Half { packed, .. } if input.dtype() == DType::F32 && !input.track_op() => packed.forward(input),
            Form::Half { weight, bias, .. } | Form::Product { weight, bias } => {
                multiply(input, weight, bias.as_ref(), self.width)
            }
        }
    }

    /// Applies the layer and an activation; in one pass if no gradient is wanted.
    ///
    /// # Errors
    ///
    /// When the last dimension is not `in`, or the input is on another device.
    pub fn forward_activated(&self, input: &Tensor, activation: Activation) -> candle_core::Result<Tensor> {
        self.check(input)?;
        match &self.form {
            Form::Dense { weight, bias } if input.dtype() == DType::F32 && !input.track_op() => {
                dense_activated(input, weight, bias.as_ref(), activation)
            }
            _ => activation.forward(&self.forward(input)?),
        }
    }

    fn check(&self, input: &Tensor) -> candle_core::Result<()> {
        if input.dims().last() != Some(&self.depth) {
            candle_core::bail!("a linear layer of {} inputs got shape {:?}", self.depth, input.dims());
        }
        Ok(())
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

/// The product by candle, in the input's type.
fn multiply(input: &Tensor, weight: &Tensor, bias: Option<&Tensor>, width: usize) -> candle_core::Result<Tensor> {
    let mut shape = input.dims().to_vec();
    let depth = shape.pop().unwrap_or(0);
    shape.push(width);
    let weight = weight.to_dtype(input.dtype())?;
    let output = input.reshape(((), depth))?.matmul(&weight.t()?)?.reshape(shape)?;
    match bias {
        Some(bias) => output.broadcast_add(&bias.to_dtype(input.dtype())?),
        None => Ok(output),
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

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
        let expected = multiply(&input, &weight, Some(&bias), 7).unwrap();
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
        let expected = gradient(multiply(&input, &weight, None, 800).unwrap());
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
        assert!(largest_difference(&found, &multiply(&ramp(&[4, 5]), &weight, None, 7).unwrap()) < 1e-5);
    }

    #[test]
    fn an_input_of_another_length_is_an_error() {
        let layer = Linear::from_tensors(ramp(&[7, 5]), None).unwrap();
        assert!(layer.forward(&ramp(&[2, 7])).is_err());
        assert!(Linear::from_tensors(ramp(&[7, 5]), Some(ramp(&[5]))).is_err());
    }
}

//! Gates: one half of an MLP's vectors opens the other.

use candle_core::{D, DType, Result, Tensor};

use crate::activation::Activation;
use crate::kernel::{gate, gate_apart};
use crate::linear::Linear;
use crate::weights::{Weights, WeightsError};

/// `a * gelu(b)` with `a, b` the halves of each vector; gelu is the exact one, with erf.
///
/// # Shapes
///
/// - input: (.., 2 n)
/// - output: (.., n), in the input's type
///
/// # Errors
///
/// When the last dimension is odd or missing, or the input is not of a float type.
///
/// # Source
///
/// Shazeer, GLU variants improve transformer (2020), in the order of diffusers.
pub fn gated_gelu(input: &Tensor) -> Result<Tensor> {
    if !input.dims().last().is_some_and(|length| length.is_multiple_of(2)) {
        candle_core::bail!("a gate of two halves got shape {:?}", input.dims());
    }
    if input.device().is_cpu() && input.dtype() == DType::F32 { gate(input) } else { by_candle(input) }
}

/// The gate by candle's operations.
pub(crate) fn by_candle(input: &Tensor) -> Result<Tensor> {
    let half = input.dim(D::Minus1)? / 2;
    let open = Activation::Gelu.forward(&input.narrow(D::Minus1, half, half)?.contiguous()?)?;
    input.narrow(D::Minus1, 0, half)? * open
}

/// `down(activation(gate(x)) * up(x))`, the MLP of language models; no layer has a bias.
///
/// # Shapes
///
/// - input and output: (.., hidden)
#[derive(Clone, Debug)]
pub struct GatedMlp {
    /// The gate and what it opens, or one layer with the gate first.
    opened: Opened,
    down: Linear,
    activation: Activation,
}

#[derive(Clone, Debug)]
enum Opened {
    Apart { gate: Linear, up: Linear },
    Fused(Linear),
}

impl GatedMlp {
    /// Loads the layers under these names: gate, up, down.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(
        weights: &Weights,
        [gate, up, down]: [&str; 3],
        (hidden, inner): (usize, usize),
        activation: Activation,
    ) -> std::result::Result<Self, WeightsError> {
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, false);
        let opened = Opened::Apart { gate: linear(gate, hidden, inner)?, up: linear(up, hidden, inner)? };
        Ok(Self { opened, down: linear(down, inner, hidden)?, activation })
    }

    /// Loads layers of which the file has the gate and, below it, what it opens in one piece, under these names: both, down.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load_fused(
        weights: &Weights,
        [both, down]: [&str; 2],
        (hidden, inner): (usize, usize),
        activation: Activation,
    ) -> std::result::Result<Self, WeightsError> {
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, false);
        let opened = Opened::Fused(linear(both, hidden, 2 * inner)?);
        Ok(Self { opened, down: linear(down, inner, hidden)?, activation })
    }

    /// Applies the layers.
    ///
    /// # Errors
    ///
    /// When the last dimension is not `hidden`.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let open = match &self.opened {
            Opened::Apart { gate, up } => self.open(gate, up, input)?,
            Opened::Fused(both) => {
                let halves = both.forward(input)?.chunk(2, D::Minus1)?;
                let [gate, up] = &halves[..] else { candle_core::bail!("a gate of {:?} halves", halves.len()) };
                (self.activation.forward(&gate.contiguous()?)? * up)?
            }
        };
        self.down.forward(&open)
    }

    fn open(&self, gate: &Linear, up: &Linear, input: &Tensor) -> Result<Tensor> {
        let up = up.forward(input)?;
        let is_kernels = up.device().is_cpu() && up.dtype() == DType::F32 && !up.track_op();
        if is_kernels && self.activation == Activation::GeluTanh {
            let gate = gate.forward(input)?;
            // The gate alone may be learnt.
            return if gate.track_op() { self.activation.forward(&gate)? * up } else { gate_apart(&gate, &up) };
        }
        gate.forward_activated(input, self.activation)? * up
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    fn ramp(shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| ((at * 37 % 101) as f32 - 50.0) / 15.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn apart(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    fn expected(input: &Tensor) -> Tensor {
        let half = input.dim(D::Minus1).unwrap() / 2;
        let open = input.narrow(D::Minus1, half, half).unwrap().gelu_erf().unwrap();
        (input.narrow(D::Minus1, 0, half).unwrap() * open).unwrap()
    }

    #[test]
    fn the_kernel_equals_candle() {
        let input = ramp(&[3, 5, 14]);
        assert!(apart(&gated_gelu(&input).unwrap(), &expected(&input)) < 1e-5);
    }

    #[test]
    fn the_gradient_of_the_input_equals_candle() {
        let input = Var::from_tensor(&ramp(&[3, 8])).unwrap();
        let gradient = |output: Tensor| {
            let loss = output.sqr().unwrap().sum_all().unwrap();
            loss.backward().unwrap().get(&input).unwrap().clone()
        };
        assert!(apart(&gradient(gated_gelu(&input).unwrap()), &gradient(expected(&input))) < 1e-3);
    }

    #[test]
    fn a_gate_in_one_piece_with_what_it_opens_gives_the_same() {
        let linear = |shape: &[usize]| Linear::from_tensors(ramp(shape), None).unwrap();
        let (both, down) = (ramp(&[14, 5]), linear(&[5, 7]));
        let half = |at| Linear::from_tensors(both.narrow(0, at, 7).unwrap().contiguous().unwrap(), None).unwrap();
        for activation in [Activation::Silu, Activation::GeluTanh] {
            let opened = Opened::Apart { gate: half(0), up: half(7) };
            let apart_in_file = GatedMlp { opened, down: down.clone(), activation };
            let opened = Opened::Fused(Linear::from_tensors(both.clone(), None).unwrap());
            let fused = GatedMlp { opened, down: down.clone(), activation };
            let (found, expected) =
                (fused.forward(&ramp(&[2, 3, 5])).unwrap(), apart_in_file.forward(&ramp(&[2, 3, 5])).unwrap());
            let largest: f32 = expected.abs().unwrap().max_all().unwrap().to_scalar().unwrap();
            assert!(apart(&found, &expected) < 1e-5 * largest, "{activation:?}");
        }
    }

    #[test]
    fn an_odd_length_is_an_error() {
        assert!(gated_gelu(&ramp(&[2, 3])).is_err());
    }
}

//! The gate of an MLP whose halves come from layers of their own.

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::exponential::tanh;
use super::slices::contiguous;

/// Elements that one thread takes at a time.
const CHUNK: usize = 1 << 14;

/// `gelu(gate) * values`, gelu in its tanh form, in one pass, on the CPU in f32, without a gradient.
///
/// # Shapes
///
/// - `gate`, `values` and result: the same
pub(crate) fn gate_apart(gate: &Tensor, values: &Tensor) -> Result<Tensor> {
    gate.contiguous()?.apply_op2_no_bwd(&values.contiguous()?, &Gate)
}

struct Gate;

impl CustomOp2 for Gate {
    fn name(&self) -> &'static str {
        "gated-gelu"
    }

    fn cpu_fwd(
        &self,
        gate: &CpuStorage,
        gate_layout: &Layout,
        values: &CpuStorage,
        values_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (gate, mut out) = (contiguous(gate, gate_layout)?, contiguous(values, values_layout)?.to_vec());
        if gate_layout.dims() != values_layout.dims() {
            bail!("a gate of shape {:?} does not fit {:?}", gate_layout.dims(), values_layout.dims());
        }
        out.par_chunks_mut(CHUNK).zip(gate.par_chunks(CHUNK)).for_each(|(out, gate)| open(out, gate));
        Ok((CpuStorage::F32(out), gate_layout.shape().clone()))
    }
}

/// Gaussian error linear unit in its tanh form.
#[inline(always)]
fn gelu_tanh(x: f32) -> f32 {
    const SQRT_2_OVER_PI: f32 = 0.797_884_6;
    0.5 * x * (1.0 + tanh(SQRT_2_OVER_PI * (x + 0.044_715 * x * x * x)))
}

fn open(values: &mut [f32], gate: &[f32]) {
    pulp::Arch::new().dispatch(
        #[inline(always)]
        || {
            for (value, gate) in values.iter_mut().zip(gate) {
                *value *= gelu_tanh(*gate);
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn equals_candle() {
        let wave = |speed: f32| (0..40_000).map(|at| (at as f32 * speed).sin() * 6.0).collect::<Vec<_>>();
        let gate = Tensor::from_vec(wave(0.1), (100, 400), &Device::Cpu).unwrap();
        let values = Tensor::from_vec(wave(0.7), (100, 400), &Device::Cpu).unwrap();
        let difference = (gate_apart(&gate, &values).unwrap() - (gate.gelu().unwrap() * values).unwrap()).unwrap();
        assert!(difference.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap() < 2e-5);
    }

    #[test]
    fn rejects_other_shapes() {
        let tensor = |length| Tensor::zeros(length, candle_core::DType::F32, &Device::Cpu).unwrap();
        assert!(gate_apart(&tensor(4), &tensor(5)).is_err());
    }
}

//! Activations and their derivatives.

use candle_core::utils::get_num_threads;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::exponential::{erf, exp, sigmoid};
use super::slices::contiguous;
use super::vectorised::vectorised;
use crate::activation::Activation;

/// Elements that one thread works on at a time.
const CHUNK: usize = 1 << 14;

/// sqrt(2 / pi)
const TANH_SCALE: f32 = 0.797_884_6;
/// Cubic coefficient of the tanh form of gelu.
const TANH_CUBIC: f32 = 0.044_715;
/// 1 / sqrt(2 pi)
const NORMAL_PEAK: f32 = 0.398_942_3;
/// Factor of quick gelu.
const QUICK: f32 = 1.702;

/// An activation on the CPU in f32, with its gradient.
///
/// # Shapes
///
/// - input and result: any
pub(crate) fn activate(input: &Tensor, activation: Activation) -> Result<Tensor> {
    input.contiguous()?.apply_op1(Elementwise(activation))
}

struct Elementwise(Activation);

impl CustomOp1 for Elementwise {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut output = contiguous(storage, layout)?.to_vec();
        in_chunks(&mut output, |_, chunk| apply(self.0, chunk));
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad_res: &Tensor) -> Result<Option<Tensor>> {
        arg.apply_op2_no_bwd(&grad_res.contiguous()?, &ElementwiseGradient(self.0)).map(Some)
    }
}

struct ElementwiseGradient(Activation);

impl CustomOp2 for ElementwiseGradient {
    fn name(&self) -> &'static str {
        "activation-gradient"
    }

    fn cpu_fwd(&self, s1: &CpuStorage, l1: &Layout, s2: &CpuStorage, l2: &Layout) -> Result<(CpuStorage, Shape)> {
        let (input, gradient) = (contiguous(s1, l1)?, contiguous(s2, l2)?);
        let mut output = gradient.to_vec();
        in_chunks(&mut output, |start, chunk| {
            scale_by_derivative(self.0, chunk, &input[start..start + chunk.len()]);
        });
        Ok((CpuStorage::F32(output), l1.shape().clone()))
    }
}

/// Calls `run` with each chunk and where it starts, on all threads.
fn in_chunks(values: &mut [f32], run: impl Fn(usize, &mut [f32]) + Sync) {
    if get_num_threads() == 1 {
        values.chunks_mut(CHUNK).enumerate().for_each(|(at, chunk)| run(at * CHUNK, chunk));
    } else {
        values.par_chunks_mut(CHUNK).enumerate().for_each(|(at, chunk)| run(at * CHUNK, chunk));
    }
}

/// An activation in place, on the caller's thread.
pub(super) fn apply(activation: Activation, values: &mut [f32]) {
    match activation {
        Activation::Gelu => map(values, gelu),
        Activation::GeluTanh => map(values, |x| x * sigmoid(tanh_argument(x))),
        Activation::QuickGelu => map(values, |x| x * sigmoid(QUICK * x)),
        Activation::Silu => map(values, |x| x * sigmoid(x)),
    }
}

fn scale_by_derivative(activation: Activation, gradient: &mut [f32], input: &[f32]) {
    match activation {
        Activation::Gelu => zip(gradient, input, |x| normal(x) + x * NORMAL_PEAK * exp(-0.5 * x * x)),
        Activation::GeluTanh => zip(gradient, input, |x| {
            let slope = 2.0 * TANH_SCALE * (1.0 + 3.0 * TANH_CUBIC * x * x);
            through_sigmoid(x, sigmoid(tanh_argument(x)), slope)
        }),
        Activation::QuickGelu => zip(gradient, input, |x| through_sigmoid(x, sigmoid(QUICK * x), QUICK)),
        Activation::Silu => zip(gradient, input, |x| through_sigmoid(x, sigmoid(x), 1.0)),
    }
}

/// `(1 + tanh u) / 2` is the sigmoid of `2 u`.
#[inline(always)]
fn tanh_argument(x: f32) -> f32 {
    2.0 * TANH_SCALE * (x + TANH_CUBIC * x * x * x)
}

#[inline(always)]
fn gelu(x: f32) -> f32 {
    x * normal(x)
}

/// The share of the normal distribution below `x`.
#[inline(always)]
fn normal(x: f32) -> f32 {
    0.5 + 0.5 * erf(x * std::f32::consts::FRAC_1_SQRT_2)
}

/// The derivative of `x share(x)` where `share` is a sigmoid whose argument has this slope.
#[inline(always)]
fn through_sigmoid(x: f32, share: f32, slope: f32) -> f32 {
    share + x * share * (1.0 - share) * slope
}

#[inline(always)]
fn map(values: &mut [f32], f: impl Fn(f32) -> f32) {
    vectorised(
        #[inline(always)]
        || values.iter_mut().for_each(|value| *value = f(*value)),
    );
}

#[inline(always)]
fn zip(gradient: &mut [f32], input: &[f32], derivative: impl Fn(f32) -> f32) {
    vectorised(
        #[inline(always)]
        || gradient.iter_mut().zip(input).for_each(|(value, x)| *value *= derivative(*x)),
    );
}

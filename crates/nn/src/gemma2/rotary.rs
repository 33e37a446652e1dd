//! Rotary position embedding of two halves.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use crate::kernel::contiguous;

/// Turns pairs of channels by angles that grow with the position.
///
/// Channel `i` of the first half and channel `i` of the second are one pair, turned by `position * base^(-2 i / width)`.
#[derive(Debug)]
pub(super) struct Rotary {
    /// Channels of one head.
    width: usize,
    /// Position of each token: batch x tokens.
    positions: Vec<usize>,
    /// Sine and cosine of each pair, for positions from 0 on.
    table: Vec<(f32, f32)>,
}

impl Rotary {
    /// Angles for the positions of a pass.
    pub(super) fn new(width: usize, base: f64, positions: Vec<usize>) -> Self {
        let last = positions.iter().copied().max().unwrap_or(0);
        let pairs = width / 2;
        let frequencies: Vec<f32> =
            (0..pairs).map(|pair| (1.0 / base.powf(2.0 * pair as f64 / width as f64)) as f32).collect();
        let angle = |position: usize| frequencies.iter().map(move |frequency| (position as f32 * frequency).sin_cos());
        let table = (0..=last).flat_map(angle).collect();
        Self { width, positions, table }
    }

    /// Turns batch x tokens x heads x width.
    pub(super) fn forward(&self, tensor: &Tensor) -> Result<Tensor> {
        tensor.contiguous()?.apply_op1_no_bwd(self)
    }

    fn turn(&self, position: usize, head: &mut [f32]) {
        let pairs = self.width / 2;
        let (first, second) = head.split_at_mut(pairs);
        let angles = &self.table[position * pairs..][..pairs];
        for ((a, b), &(sine, cosine)) in first.iter_mut().zip(second).zip(angles) {
            (*a, *b) = (*a * cosine - *b * sine, *b * cosine + *a * sine);
        }
    }
}

impl CustomOp1 for Rotary {
    fn name(&self) -> &'static str {
        "rotary"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, tokens, heads, width) = layout.shape().dims4()?;
        if (batch * tokens, width) != (self.positions.len(), self.width) || width % 2 != 0 {
            bail!("{} positions of width {} do not fit {:?}", self.positions.len(), self.width, layout.dims());
        }
        let mut out = contiguous(storage, layout)?.to_vec();
        out.par_chunks_mut(heads * width).zip(&self.positions).with_min_len(16).for_each(|(token, position)| {
            token.chunks_exact_mut(width).for_each(|head| self.turn(*position, head));
        });
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn turned(position: usize) -> Vec<f32> {
        let rotary = Rotary::new(4, 10_000.0, vec![position]);
        let tensor = Tensor::new(&[[[[1.0_f32, 2.0, 3.0, 4.0]]]], &Device::Cpu).unwrap();
        rotary.forward(&tensor).unwrap().flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn position_zero_turns_nothing() {
        assert_eq!(turned(0), [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn halves_are_pairs() {
        let (sine, cosine): (f32, f32) = 5.0_f32.sin_cos();
        let (slow_sine, slow_cosine) = 0.05_f32.sin_cos();
        let expected = [
            cosine - 3.0 * sine,
            2.0 * slow_cosine - 4.0 * slow_sine,
            3.0 * cosine + sine,
            4.0 * slow_cosine + 2.0 * slow_sine,
        ];
        for (got, want) in turned(5).into_iter().zip(expected) {
            assert!((got - want).abs() < 1e-6);
        }
    }

    #[test]
    fn rejects_another_number_of_positions() {
        let rotary = Rotary::new(4, 10_000.0, vec![0, 1]);
        assert!(rotary.forward(&Tensor::zeros((1, 3, 1, 4), candle_core::DType::F32, &Device::Cpu).unwrap()).is_err());
    }
}

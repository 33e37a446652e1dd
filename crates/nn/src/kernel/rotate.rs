//! Pairs of numbers turned in one pass.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::slices::contiguous;
use crate::rotary::Pairs;

/// Tokens that one thread turns at a time at least.
const TOKENS: usize = 16;

/// Turns the vectors of every head, on the CPU in f32, without a gradient.
///
/// # Shapes
///
/// - `input` and result: (batch, tokens, heads, size)
/// - `cosines`, `sines`: (batch or 1, tokens, 1, size / 2)
pub(crate) fn rotate(input: &Tensor, cosines: &Tensor, sines: &Tensor, pairs: Pairs) -> Result<Tensor> {
    input.contiguous()?.apply_op3_no_bwd(cosines, sines, &Rotate { pairs })
}

struct Rotate {
    pairs: Pairs,
}

impl CustomOp3 for Rotate {
    fn name(&self) -> &'static str {
        "rotate"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        layout: &Layout,
        cosines: &CpuStorage,
        cosine_layout: &Layout,
        sines: &CpuStorage,
        sine_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (batch, tokens, heads, size) = layout.shape().dims4()?;
        let (cosines, sines) = (contiguous(cosines, cosine_layout)?, contiguous(sines, sine_layout)?);
        let half = size / 2;
        let known = cosines.len().checked_div(half).unwrap_or(0);
        if !size.is_multiple_of(2) || sines.len() != cosines.len() || ![tokens, batch * tokens].contains(&known) {
            bail!("angles of shape {:?} do not fit {:?}", cosine_layout.dims(), layout.dims());
        }
        let mut out = contiguous(input, layout)?.to_vec();
        let turn = |(at, token): (usize, &mut [f32])| {
            let from = at % known.max(1) * half;
            let (cosines, sines) = (&cosines[from..][..half], &sines[from..][..half]);
            token.chunks_exact_mut(size.max(1)).for_each(|head| self.turn(head, cosines, sines));
        };
        out.par_chunks_mut((heads * size).max(1)).with_min_len(TOKENS).enumerate().for_each(turn);
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

impl Rotate {
    fn turn(&self, head: &mut [f32], cosines: &[f32], sines: &[f32]) {
        let angles = cosines.iter().zip(sines);
        match self.pairs {
            Pairs::Halves => {
                let (first, second) = head.split_at_mut(cosines.len());
                for ((a, b), (cosine, sine)) in first.iter_mut().zip(second).zip(angles) {
                    (*a, *b) = (*a * cosine - *b * sine, *b * cosine + *a * sine);
                }
            }
            Pairs::Neighbours => {
                for (pair, (cosine, sine)) in head.chunks_exact_mut(2).zip(angles) {
                    (pair[0], pair[1]) = (pair[0] * cosine - pair[1] * sine, pair[1] * cosine + pair[0] * sine);
                }
            }
        }
    }
}

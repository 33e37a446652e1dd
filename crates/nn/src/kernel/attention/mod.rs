//! Attention by tiles: scores of a few queries against a few keys at a time, with a running softmax.

mod gradient;
mod heads;
mod linear;
mod softmax;
mod tiles;

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};

use self::gradient::gradient;
use self::heads::{Heads, View};
use self::tiles::Pass;
use super::slices::with_slice;
use crate::attention::{Mask, Scaling};

pub(crate) use self::linear::linear_attention;

/// Attention on the CPU in f32, with gradients. Scores of all queries and keys never stand in memory at once.
///
/// # Shapes
///
/// - `queries`: (batch, n, heads, size); `keys`, `values`: (batch, m, groups, size)
/// - result: (batch, n, heads x size)
pub(crate) fn attention(
    queries: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    mask: &Mask,
    scaling: Scaling,
) -> Result<Tensor> {
    let mask = match mask {
        Mask::Additive(addend) => Mask::Additive(addend.contiguous()?),
        other => other.clone(),
    };
    let op = TiledAttention { mask, scaling };
    rows_together(queries)?.apply_op3(&rows_together(keys)?, &rows_together(values)?, op)
}

/// The tensor with each head's vector in one piece.
fn rows_together(tensor: &Tensor) -> Result<Tensor> {
    if tensor.stride()[3] == 1 { Ok(tensor.clone()) } else { tensor.contiguous() }
}

struct TiledAttention {
    mask: Mask,
    scaling: Scaling,
}

impl CustomOp3 for TiledAttention {
    fn name(&self) -> &'static str {
        "tiled-attention"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (queries, keys, values) = (Heads::new(s1, l1)?, Heads::new(s2, l2)?, Heads::new(s3, l3)?);
        let shape = Shape::from((queries.batch, queries.tokens, queries.heads * queries.size));
        let mut output = vec![0.0; shape.elem_count()];
        let mut run = |addend: Option<&[f32]>| {
            let pass = Pass { queries, keys, values, view: View::new(&self.mask, addend), scaling: self.scaling };
            pass.run(&mut output);
            Ok(())
        };
        match &self.mask {
            Mask::Additive(addend) => with_slice(addend, |addend| run(Some(addend)))?,
            Mask::None | Mask::Causal => run(None)?,
        }
        Ok((CpuStorage::F32(output), shape))
    }

    fn bwd(
        &self,
        queries: &Tensor,
        keys: &Tensor,
        values: &Tensor,
        result: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [queries, keys, values] = gradient([queries, keys, values], (result, grad), &self.mask, self.scaling)?;
        Ok((Some(queries), Some(keys), Some(values)))
    }
}

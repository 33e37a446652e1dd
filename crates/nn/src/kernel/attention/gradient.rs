//! The gradient of attention, by candle's operations: scores are computed again rather than kept.

use candle_core::{D, Result, Tensor};

use crate::attention::{Mask, Scaling, by_head, shares};

/// Gradients of queries, keys and values.
///
/// # Shapes
///
/// - `inputs`: (batch, n, heads, size), (batch, m, groups, size) twice; the gradients have the same
/// - `result` and `grad`: (batch, n, heads x size)
pub(super) fn gradient(
    inputs: [&Tensor; 3],
    (result, grad): (&Tensor, &Tensor),
    mask: &Mask,
    scaling: Scaling,
) -> Result<[Tensor; 3]> {
    let dims = inputs[0].dims4()?;
    let heads = dims.2;
    let detached = inputs.map(Tensor::detach);
    let [queries, keys, values] = [&detached[0], &detached[1], &detached[2]].map(|tensor| by_head(tensor, heads));
    let (queries, keys, values) = (queries?, keys?, values?);
    let (result, grad) = (by_head(&result.detach().reshape(dims)?, heads)?, by_head(&grad.reshape(dims)?, heads)?);
    let (shares, slope) = shares(&queries, &keys, mask, scaling)?;

    let of_values = shares.t()?.matmul(&grad)?;
    let along = (&result * &grad)?.sum_keepdim(D::Minus1)?;
    let of_scores = (grad.matmul(&values.t()?)?.broadcast_sub(&along)? * &shares)?;
    let of_scores = match slope {
        Some(slope) => (of_scores * slope)?,
        None => of_scores,
    };
    let of_products = (of_scores * scaling.scale)?;
    let of_queries = of_products.matmul(&keys)?;
    let of_keys = of_products.t()?.matmul(&queries)?;
    let groups = inputs[1].dim(2)?;
    Ok([by_token(&of_queries, heads)?, by_token(&of_keys, groups)?, by_token(&of_values, groups)?])
}

/// (batch, heads, tokens, size) to (batch, tokens, groups, size), summed over the heads of a group.
fn by_token(tensor: &Tensor, groups: usize) -> Result<Tensor> {
    let (batch, heads, tokens, size) = tensor.dims4()?;
    let summed = tensor.reshape((batch, groups, heads / groups, tokens, size))?.sum(2)?;
    summed.transpose(1, 2)?.contiguous()
}

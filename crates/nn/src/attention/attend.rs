//! Softmax attention without weights of its own.

use candle_core::{D, DType, Result, Tensor};

use super::mask::Mask;

/// What happens to a score before the softmax.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scaling {
    /// Factor of the product of query and key, usually one over the square root of the head's size.
    pub scale: f64,
    /// `cap tanh(score / cap)` after scaling, above 0. Default: none.
    pub soft_cap: Option<f64>,
}

impl Scaling {
    /// One over the square root of the head's size, without a cap.
    pub fn of_head(size: usize) -> Self {
        Self { scale: 1.0 / (size as f64).sqrt(), soft_cap: None }
    }
}

/// `softmax(scale q k^T + mask) v` for each head.
///
/// # Shapes
///
/// - `queries`: (batch, n, heads, size)
/// - `keys`, `values`: (batch, m, groups, size); `groups` divides `heads`, each group serves as many heads one after the other
/// - result: (batch, n, heads x size), in the queries' type
///
/// # Errors
///
/// When the shapes do not fit.
pub fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor, mask: &Mask, scaling: Scaling) -> Result<Tensor> {
    let (batch, n, heads, size) = queries.dims4()?;
    let (_, m, groups, _) = keys.dims4()?;
    if groups == 0 || heads % groups != 0 || keys.dims() != [batch, m, groups, size] || keys.dims() != values.dims() {
        candle_core::bail!(
            "attention of queries {:?} over keys {:?} and values {:?}",
            queries.dims(),
            keys.dims(),
            values.dims()
        );
    }
    let (queries, keys, values) = (by_head(queries, heads)?, by_head(keys, heads)?, by_head(values, heads)?);
    let mut scores = (queries.matmul(&keys.t()?)? * scaling.scale)?.to_dtype(DType::F32)?;
    if let Some(cap) = scaling.soft_cap {
        scores = ((scores / cap)?.tanh()? * cap)?;
    }
    if let Some(addend) = mask.addend(n, m, scores.device())? {
        scores = scores.broadcast_add(&addend)?;
    }
    let shares = softmax(&scores)?.to_dtype(values.dtype())?;
    shares.matmul(&values)?.transpose(1, 2)?.reshape((batch, n, heads * size))
}

/// (batch, tokens, groups, size) to (batch, heads, tokens, size), contiguous.
fn by_head(tensor: &Tensor, heads: usize) -> Result<Tensor> {
    let (batch, tokens, groups, size) = tensor.dims4()?;
    let tensor = tensor.transpose(1, 2)?;
    if groups == heads {
        return tensor.contiguous();
    }
    let repeated = tensor.unsqueeze(2)?.expand((batch, groups, heads / groups, tokens, size))?;
    repeated.contiguous()?.reshape((batch, heads, tokens, size))
}

/// Softmax over the last dimension; zeros where every score is minus infinity.
fn softmax(scores: &Tensor) -> Result<Tensor> {
    let largest = scores.max_keepdim(D::Minus1)?.detach().maximum(f64::from(f32::MIN))?;
    let shares = scores.broadcast_sub(&largest)?.exp()?;
    let sum = shares.sum_keepdim(D::Minus1)?.maximum(f64::from(f32::MIN_POSITIVE))?;
    shares.broadcast_div(&sum)
}

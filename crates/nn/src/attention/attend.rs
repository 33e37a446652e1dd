//! Softmax attention without weights of its own.

use candle_core::{D, DType, Result, Tensor};

use super::mask::Mask;
use crate::kernel::attention;

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
    let (batch, _, heads, size) = queries.dims4()?;
    let (_, m, groups, _) = keys.dims4()?;
    if groups == 0 || heads % groups != 0 || keys.dims() != [batch, m, groups, size] || keys.dims() != values.dims() {
        candle_core::bail!(
            "attention of queries {:?} over keys {:?} and values {:?}",
            queries.dims(),
            keys.dims(),
            values.dims()
        );
    }
    let is_kernels = [queries, keys, values].iter().all(|t| t.device().is_cpu() && t.dtype() == DType::F32);
    if is_kernels && size > 0 {
        attention(queries, keys, values, mask, scaling)
    } else {
        by_candle(queries, keys, values, mask, scaling)
    }
}

fn by_candle(queries: &Tensor, keys: &Tensor, values: &Tensor, mask: &Mask, scaling: Scaling) -> Result<Tensor> {
    let (batch, n, heads, size) = queries.dims4()?;
    let (queries, keys, values) = (by_head(queries, heads)?, by_head(keys, heads)?, by_head(values, heads)?);
    let (shares, _) = shares(&queries, &keys, mask, scaling)?;
    shares.to_dtype(values.dtype())?.matmul(&values)?.transpose(1, 2)?.reshape((batch, n, heads * size))
}

/// The softmax of scores, (batch, heads, n, m) in f32, and with a cap the slope of the capped score.
///
/// # Shapes
///
/// - `queries`: (batch, heads, n, size), `keys`: (batch, heads, m, size)
pub(crate) fn shares(
    queries: &Tensor,
    keys: &Tensor,
    mask: &Mask,
    scaling: Scaling,
) -> Result<(Tensor, Option<Tensor>)> {
    let mut scores = (queries.matmul(&keys.t()?)? * scaling.scale)?.to_dtype(DType::F32)?;
    let mut slope = None;
    if let Some(cap) = scaling.soft_cap {
        let bounded = (scores / cap)?.tanh()?;
        slope = Some((1.0 - bounded.sqr()?)?);
        scores = (bounded * cap)?;
    }
    if let Some(addend) = mask.addend(queries.dim(2)?, keys.dim(2)?, scores.device())? {
        scores = scores.broadcast_add(&addend)?;
    }
    Ok((softmax(&scores)?, slope))
}

/// (batch, tokens, groups, size) to (batch, heads, tokens, size), contiguous.
pub(crate) fn by_head(tensor: &Tensor, heads: usize) -> Result<Tensor> {
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

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    fn noise(shape: &[usize], seed: u32) -> Tensor {
        let count: usize = shape.iter().product();
        let hash = |at: usize| (at as u32).wrapping_mul(0x9e37_79b9).wrapping_add(seed).wrapping_mul(0x85eb_ca6b) >> 8;
        let values: Vec<f32> = (0..count).map(|at| hash(at) as f32 / (1 << 23) as f32 - 1.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn largest(tensor: &Tensor) -> f32 {
        tensor.abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    /// Masks for two batches of 70 queries over 600 keys: more than one tile of each.
    fn masks() -> Vec<Mask> {
        let hidden = (0..2 * 70 * 600).map(|at| if at % 7 == 3 || at % 600 > 590 { f32::NEG_INFINITY } else { 0.0 });
        let addend = Tensor::from_vec(hidden.collect::<Vec<_>>(), (2, 70, 600), &Device::Cpu).unwrap();
        let shared = addend.narrow(0, 1, 1).unwrap();
        vec![Mask::None, Mask::Causal, Mask::Additive(addend), Mask::Additive(shared)]
    }

    const CAPPED: Scaling = Scaling { scale: 1.5, soft_cap: Some(2.0) };

    #[test]
    fn tiles_equal_the_whole() {
        let (queries, keys) = (noise(&[2, 70, 6, 8], 1), noise(&[2, 600, 3, 8], 2));
        let values = noise(&[2, 3, 600, 8], 3).transpose(1, 2).unwrap();
        for mask in masks() {
            for scaling in [Scaling::of_head(8), CAPPED] {
                let found = attend(&queries, &keys, &values, &mask, scaling).unwrap();
                let expected = by_candle(&queries, &keys, &values, &mask, scaling).unwrap();
                assert_eq!(found.dims(), [2, 70, 48]);
                assert!(largest(&(found - expected).unwrap()) < 3e-6, "{mask:?} {scaling:?}");
            }
        }
    }

    #[test]
    fn a_query_that_sees_no_key_gives_zeros() {
        let hidden = Tensor::new(&[[[f32::NEG_INFINITY; 3], [0.0; 3]]], &Device::Cpu).unwrap();
        let (queries, keys) = (noise(&[1, 2, 1, 4], 1), noise(&[1, 3, 1, 4], 2));
        for attention in [attend, by_candle] {
            let found = attention(&queries, &keys, &keys, &Mask::Additive(hidden.clone()), CAPPED).unwrap();
            assert_eq!(largest(&found.narrow(1, 0, 1).unwrap()), 0.0);
            assert!(largest(&found) > 0.01);
        }
    }

    #[test]
    fn gradients_equal_those_of_the_whole() {
        let inputs = [noise(&[2, 9, 4, 8], 1), noise(&[2, 13, 2, 8], 2), noise(&[2, 13, 2, 8], 3)];
        let inputs = inputs.map(|tensor| Var::from_tensor(&tensor).unwrap());
        for (mask, scaling) in [(Mask::None, Scaling::of_head(8)), (Mask::Causal, CAPPED)] {
            let gradients = [attend, by_candle].map(|attention| {
                let output = attention(&inputs[0], &inputs[1], &inputs[2], &mask, scaling).unwrap();
                let loss = (output * noise(&[2, 9, 32], 4)).unwrap().sum_all().unwrap();
                loss.backward().unwrap()
            });
            for input in &inputs {
                let [found, expected] = gradients.each_ref().map(|store| store.get(input).unwrap().clone());
                assert!(largest(&(found - expected).unwrap()) < 2e-5, "{mask:?} {scaling:?}");
            }
        }
    }

    #[test]
    fn shapes_that_do_not_fit_are_errors() {
        let (queries, keys) = (noise(&[1, 2, 4, 4], 1), noise(&[1, 3, 3, 4], 2));
        assert!(attend(&queries, &keys, &keys, &Mask::None, CAPPED).is_err());
        let keys = noise(&[1, 3, 2, 4], 2);
        assert!(attend(&queries, &keys, &keys, &Mask::Additive(noise(&[1, 3, 3], 1)), CAPPED).is_err());
    }
}
